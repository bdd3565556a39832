import { aws_iam as iam, interfaces } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { requireServiceAccount } from './kubernetes-names';
import { requireOneName } from '../../../core/one-name';
import { withPath } from '../../../core/scope';
import { RuntimeBinding, RuntimeContext } from '../runtime-context';

/** The pods of a service account of an Amazon EKS cluster, through EKS Pod Identity. */
export interface EksPodIdentityProps {
  /** The cluster, of the agent's account and region: any of the CDK's constructs for one. */
  readonly cluster: interfaces.aws_eks.IClusterRef;

  /** The namespace of the service account, in Kubernetes. */
  readonly namespace: string;

  /** The name of the service account, in Kubernetes. */
  readonly serviceAccount: string;
}

/**
 * Trust: EKS sets session tags that name cluster, namespace and service account. Without conditions on them any association of the account could use
 * the role. Tags need an action of their own.
 * https://docs.aws.amazon.com/eks/latest/userguide/pod-id-role.html
 * https://docs.aws.amazon.com/eks/latest/userguide/pod-id-abac.html
 */
export function eksPodIdentityBinding(scope: Construct, context: RuntimeContext, props: EksPodIdentityProps): RuntimeBinding {
  const { namespace, serviceAccount } = requireServiceAccount(scope, props);
  const clusterName = withPath(scope, () => requireOneName('the cluster', props.cluster.clusterRef.clusterName));
  const allow = (sid: string, action: string): iam.PolicyStatement => new iam.PolicyStatement({
    sid,
    principals: [new iam.ServicePrincipal('pods.eks.amazonaws.com')],
    actions: [action],
    conditions: {
      StringEquals: {
        'aws:RequestTag/eks-cluster-arn': `arn:${context.partition}:eks:${context.region}:${context.account}:cluster/${clusterName}`,
        'aws:RequestTag/kubernetes-namespace': namespace,
        'aws:RequestTag/kubernetes-service-account': serviceAccount,
      },
    },
  });
  return { trust: [allow('Runtime', 'sts:AssumeRole'), allow('RuntimeTags', 'sts:TagSession')], access: [] };
}
