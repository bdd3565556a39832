import { aws_rds as rds, Stack } from 'aws-cdk-lib';

/** What a cluster of the finished app lacks. Nothing is known of one of another app. */
export function clusterFindings(path: string, cluster: rds.IDatabaseCluster, byIam: boolean): string[] {
  const made = cluster.node.defaultChild as Partial<rds.CfnDBCluster> | undefined;
  if (made?.cfnResourceType !== 'AWS::RDS::DBCluster') {
    return [];
  }
  const isOn = (value: unknown): boolean => Stack.of(cluster).resolve(value) === true;
  return [
    ...(isOn(made.enableHttpEndpoint) ? [] : [`DataApiDisabled: ${path}: the Data API of ${cluster.node.path} is not enabled, and nothing else reaches it: create the cluster with enableDataApi: true`]),
    ...(!byIam || isOn(made.enableIamDatabaseAuthentication) ? [] : [`DatabaseIamDisabled: ${path}: ${cluster.node.path} lets IAM log nobody in: create the cluster with iamAuthentication: true`]),
  ];
}
