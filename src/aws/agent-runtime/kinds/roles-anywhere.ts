import { aws_iam as iam, interfaces } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { requireText } from './required-text';
import { requireOneName } from '../../../core/one-name';
import { withPath } from '../../../core/scope';
import { RuntimeBinding } from '../runtime-context';

/** A workload outside of AWS with an X.509 certificate. */
export interface RolesAnywhereRuntimeProps {
  /** The trust anchor: the certificate authority that issued the certificate, and no other of the account. */
  readonly trustAnchor: interfaces.aws_rolesanywhere.ITrustAnchorRef;

  /** The common name (CN) of the certificate's subject, exactly. */
  readonly subject: string;
}

const COMMON_NAME = /^[\p{L}\p{N}][\p{L}\p{N}\p{Z}_.:/=+@-]{0,63}$/u;

/**
 * Trust: Roles Anywhere sends the trust anchor as source, tags the session with the fields of the certificate and sets its common name as source
 * identity. Each needs an action of its own.
 * https://docs.aws.amazon.com/rolesanywhere/latest/userguide/trust-model.html
 */
export function rolesAnywhereBinding(scope: Construct, props: RolesAnywhereRuntimeProps): RuntimeBinding {
  const subject = requireText(scope, 'CertificateSubjectInvalid', 'subject', props.subject, COMMON_NAME, 'the exact common name, 1-64 letters, digits, spaces and _.:/=+@-');
  const trustAnchorArn = withPath(scope, () => requireOneName('the trustAnchor', props.trustAnchor.trustAnchorRef.trustAnchorArn));
  const allow = (sid: string, action: string): iam.PolicyStatement => new iam.PolicyStatement({
    sid,
    principals: [new iam.ServicePrincipal('rolesanywhere.amazonaws.com')],
    actions: [action],
    conditions: {
      ArnEquals: { 'aws:SourceArn': trustAnchorArn },
      StringEquals: { 'aws:PrincipalTag/x509Subject/CN': subject },
    },
  });
  return {
    trust: [allow('Runtime', 'sts:AssumeRole'), allow('RuntimeTags', 'sts:TagSession'), allow('RuntimeSourceIdentity', 'sts:SetSourceIdentity')],
    access: [],
  };
}
