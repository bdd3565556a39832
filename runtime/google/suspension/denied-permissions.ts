/** Permissions by service, in the form of deny policies without the service's host. */
const BY_SERVICE: Readonly<Record<string, readonly string[]>> = {
  secretmanager: ['*.*'],
  cloudasset: ['*.*'],
  cloudresourcemanager: ['projects.*'],
  storage: ['objects.create', 'objects.delete', 'objects.get', 'objects.list', 'objects.update'],
  pubsub: ['topics.publish', 'subscriptions.consume'],
  bigquery: ['tables.getData', 'tables.updateData', 'tables.create', 'tables.delete', 'jobs.create'],
  datastore: ['entities.create', 'entities.delete', 'entities.get', 'entities.list', 'entities.update'],
  spanner: ['sessions.create'],
  cloudkms: ['cryptoKeyVersions.useToDecrypt', 'cryptoKeyVersions.useToEncrypt', 'cryptoKeyVersions.useToSign', 'cryptoKeyVersions.useToVerify'],
  run: ['routes.invoke', 'jobs.run', 'jobs.runWithOverrides', 'services.create', 'services.update', 'services.delete'],
  cloudfunctions: ['functions.call', 'functions.invoke', 'functions.sourceCodeGet', 'functions.sourceCodeSet'],
  aiplatform: ['endpoints.predict', 'reasoningEngines.*', 'sessions.*', 'memories.*'],
  artifactregistry: ['repositories.downloadArtifacts', 'repositories.uploadArtifacts'],
  // What would give it, or somebody for it, another way in.
  iam: [
    ...['actAs', 'getAccessToken', 'getOpenIdToken', 'implicitDelegation', 'signBlob', 'signJwt', 'create', 'delete', 'enable', 'setIamPolicy', 'undelete', 'update']
      .map((verb) => `serviceAccounts.${verb}`),
    ...['create', 'delete', 'upload'].map((verb) => `serviceAccountKeys.${verb}`),
    'workloadIdentityPools.*',
    'workloadIdentityPoolProviders.*',
  ],
};

/**
 * What a suspended account is denied: reading, writing and running what agents are granted, and acting as others. A deny policy has no permission for
 * everything: Google publishes which ones it takes, and refuses a policy with any other.
 * https://cloud.google.com/iam/docs/deny-permissions-support
 */
export const DENIED_PERMISSIONS: readonly string[] = Object.entries(BY_SERVICE)
  .flatMap(([service, permissions]) => permissions.map((permission) => `${service}.googleapis.com/${permission}`));

/** Those of our permissions that a message of Google names. */
export function namedIn(message: string, permissions: readonly string[]): string[] {
  const words = new Set(message.split(/[^\w./*-]+/).map((word) => word.replace(/\.+$/, '')));
  return permissions.filter((permission) => words.has(permission));
}
