import { aws_rds as rds, Stack } from 'aws-cdk-lib';

const REFERENCE = /"Ref":"(?!AWS::)|"Fn::GetAtt"/;

/** Tells clusters apart by their ARNs. A reference in one is to a resource of the cluster's stack. */
export function clusterKey(cluster: rds.IDatabaseCluster): string {
  const stack = Stack.of(cluster);
  const arn = JSON.stringify(stack.resolve(cluster.clusterArn));
  return REFERENCE.test(arn) ? `${stack.node.addr}${arn}` : arn;
}
