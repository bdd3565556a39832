export * from './agent-runtime';
export { type AttachedRuntimeOptions, type GkeRuntimeProps } from './attached-runtimes';
export { type AwsRoleProps, FederatedIdentity, type GitHubRepositoryProps, type OidcSubjectProps } from './federated-identity';
