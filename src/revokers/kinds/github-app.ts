import { aws_kms as kms } from 'aws-cdk-lib';
import { GITHUB_API, GITHUB_CLIENT_ID, INSTALLATION_ID } from '../../contract/app-keys';
import { InvalidInputError } from '../../core/errors';
import { requireLiteral } from '../../core/literal';
import { MonthlyCost } from '../../core/monthly-cost';
import { requireOneName } from '../../core/one-name';
import { shown } from '../../core/shown';
import { factsWith, invalid, placeholdersIn, urlTemplate } from '../checks';
import { RevokerFacts } from '../revoker-props';

/** An installation of a GitHub App that is the agent's own. */
export interface GitHubAppRevokerProps {
  /** Id of the installation: the digits at the end of its URL in the settings of the organization. */
  readonly installationId: string;

  /** Client id of the app, such as `Iv23liAbCdEf0123`. */
  readonly clientId: string;

  /**
   * Key of KMS with a private key of the app, in the registry's account and region: that of a `GitHubAppKey`, or another key or alias whose policy lets the registry's function for revokers sign and whose
   * description lists the installation as the agent's.
   */
  readonly key: kms.IKey;

  /**
   * URL of GitHub's REST API: `https://api.<name>.ghe.com` for an enterprise with data residency, `https://<host>/api/v3` for GitHub Enterprise Server (3.18 or later).
   *
   * @default 'https://api.github.com'
   */
  readonly apiUrl?: string;

  /**
   * Whether a suspension of the agent suspends the installation, and its resumption lifts that. An installation that was suspended before stays suspended.
   *
   * @default true
   */
  readonly onSuspend?: boolean;

  /**
   * What the integration costs each month: declared, or looked up by a tag. It is added up by `nhi status`, and the decommission certificate says what is no longer paid.
   *
   * @default - not known
   */
  readonly monthlyCost?: MonthlyCost;
}

/** @throws InvalidInputError `RevokerInvalid`, `WrongClass`, `WildcardName`, and what texts fail with */
export function githubAppFacts(id: string, props: GitHubAppRevokerProps): RevokerFacts {
  const { installationId, clientId, key, onSuspend = true, monthlyCost } = props;
  if (typeof key?.keyArn !== 'string') {
    throw new InvalidInputError('WrongClass', `the key of a revoker must be a key of KMS, received ${shown(key)}: use the key of a GitHubAppKey, or kms.Key.fromKeyArn(), or kms.Alias.fromAliasName()`);
  }
  return factsWith(id, { monthlyCost }, {
    kind: 'github-app',
    onSuspend,
    keys: [key],
    settings: {
      apiUrl: apiUrlOf(props.apiUrl ?? GITHUB_API),
      clientId: clientIdOf(clientId),
      installationId: installationIdOf(installationId),
      keyArn: requireOneName('the key of a revoker', key.keyArn),
    },
  });
}

/** @throws InvalidInputError `RevokerInvalid`, and what texts fail with */
export function clientIdOf(clientId: string): string {
  if (!GITHUB_CLIENT_ID.test(requireLiteral('the clientId', clientId))) {
    throw invalid(`the clientId ${shown(clientId)}`, 'the client id of a GitHub App, such as Iv23liAbCdEf0123, and not its app id');
  }
  return clientId;
}

/** @throws InvalidInputError `RevokerInvalid`, and what texts fail with */
export function installationIdOf(installationId: string): string {
  if (!INSTALLATION_ID.test(requireLiteral('the installationId', installationId))) {
    throw invalid(`the installationId ${shown(installationId)}`, 'the id of an installation: up to 19 digits');
  }
  return installationId;
}

function apiUrlOf(apiUrl: string): string {
  const url = urlTemplate('the apiUrl', apiUrl);
  if (url.includes('?') || placeholdersIn(url).length > 0) {
    throw invalid(`the apiUrl ${shown(apiUrl)}`, 'https://host or https://host/api/v3, without a query and without variables');
  }
  return url.replace(/\/+$/, '');
}
