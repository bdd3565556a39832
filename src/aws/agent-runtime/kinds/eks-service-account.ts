import { Construct } from 'constructs';
import { requireServiceAccount } from './kubernetes-names';
import { webIdentityTrust } from './web-identity';
import { RuntimeBinding, RuntimeContext } from '../runtime-context';

/** The pods of a service account of an Amazon EKS cluster, through the cluster's identity provider (IRSA). */
export interface EksServiceAccountProps {
  /**
   * The cluster's OpenID Connect issuer, literally: `https://oidc.eks.<region>.amazonaws.com/id/<id>`. It is known when the cluster exists; for a cluster of
   * the same deployment use `AgentRuntime.eksPodIdentity()`. The account must have it as an identity provider.
   */
  readonly issuer: string;

  /** The namespace of the service account, in Kubernetes. */
  readonly namespace: string;

  /** The name of the service account, in Kubernetes. */
  readonly serviceAccount: string;
}

/** https://docs.aws.amazon.com/eks/latest/userguide/associate-service-account-role.html */
export function eksServiceAccountBinding(scope: Construct, context: RuntimeContext, props: EksServiceAccountProps): RuntimeBinding {
  const { namespace, serviceAccount } = requireServiceAccount(scope, props);
  const subject = `system:serviceaccount:${namespace}:${serviceAccount}`;
  return { trust: [webIdentityTrust(scope, context, { issuer: props.issuer, subjects: [subject], audience: 'sts.amazonaws.com' })], access: [] };
}
