import { aws_secretsmanager as secretsmanager } from 'aws-cdk-lib';
import { shown } from '../../core/shown';
import { factsWith, invalid, requiredSecret, urlTemplate } from '../checks';
import { RevokerFacts, SuspendableRevokerProps } from '../revoker-props';

/** What becomes of the user of an agent that leaves. */
export enum ScimRemoval {
  /** It is deactivated and then deleted. */
  DELETE = 'delete',
  /** It is deactivated and kept, for services whose records name it. */
  DEACTIVATE = 'deactivate',
}

/** A user of a SCIM 2.0 service. Its user name is the `subject`. */
export interface ScimRevokerProps extends SuspendableRevokerProps {
  /** URL of the service, to which `/Users` is added: https, without a query. */
  readonly baseUrl: string;

  /**
   * Secret with the bearer token: a JSON object of texts with `token`, `hosts` (the hosts to which it may be sent) and optionally `forAgents` (the agents for which it may be used), each separated by
   * spaces.
   *
   * @default - `googleSecret`; one of the two is required
   */
  readonly secret?: secretsmanager.ISecret;

  /**
   * The same for an agent on Google, in the place of `secret`: the full name of a secret of Secret Manager, `projects/<project>/secrets/<id>`, or of a version of it, `.../versions/<number>`. Whoever
   * runs Terraform reads it when the agent leaves. Its value is in no plan, state or output.
   *
   * @default - `secret`; one of the two is required
   */
  readonly googleSecret?: string;

  /**
   * What becomes of the user.
   *
   * @default ScimRemoval.DELETE
   */
  readonly removal?: ScimRemoval;
}

/** @throws InvalidInputError `RevokerInvalid`, and what texts and secrets fail with */
export function scimFacts(id: string, props: ScimRevokerProps): RevokerFacts {
  const { removal = ScimRemoval.DELETE, onSuspend = true } = props;
  const baseUrl = urlTemplate('the baseUrl', props.baseUrl);
  if (baseUrl.includes('?')) {
    throw invalid(`the baseUrl ${shown(baseUrl)}`, 'https://host/path without a query');
  }
  if (!Object.values(ScimRemoval).includes(removal)) {
    throw invalid(`the removal ${shown(removal)}`, 'ScimRemoval.DELETE or ScimRemoval.DEACTIVATE');
  }
  const { secretArn, ...secret } = requiredSecret(id, props);
  return factsWith(id, props, { kind: 'scim', onSuspend, ...secret, settings: { baseUrl, secretArn, removal } });
}
