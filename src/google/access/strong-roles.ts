/*
 * Predefined roles that no agent gets because of what they contain, as far as their names don't tell. Computed by build/google-roles.ts from what Google published in August 2026:
 * 2,387 roles. The roles themselves don't ship: they are megabytes, and change weekly. A custom role gives a part of what one of these contains.
 */

/** They contain `setIamPolicy` on some resource. */
export const GIVE_ACCESS: readonly string[] = [
  'aiplatform.featurestoreUser', 'composer.ServiceAgentV2Ext', 'compute.orgSecurityPolicyUser', 'dataplex.developer', 'datastudio.manager', 'ml.developer',
  'securedlandingzone.bqdwProjectRemediator',
];

/** They act as other identities, get their tokens or keys, or create and change them. */
export const ACT_AS_OTHERS: readonly string[] = [
  'backupdr.computeEngineOperator', 'dataprocrm.viewer', 'dlp.orgdriver', 'dlp.projectdriver', 'earthengine.appsPublisher', 'serviceusage.apiKeysViewer',
];

/**
 * They deploy or start work, which runs as an identity of Google or of the project. Some of it also requires `iam.serviceAccounts.actAs`, which an
 * agent may have from elsewhere. `composer.environmentAndStorageObjectUser` writes to the bucket from which Composer runs code. Infrastructure
 * Manager runs as `config.agent`.
 */
export const RUN_AS_OTHERS: readonly string[] = [
  'aiplatform.colabEnterpriseUser', 'aiplatform.editor', 'aiplatform.expressUser', 'aiplatform.notebookExecutorUser', 'aiplatform.notebookRuntimeUser', 'aiplatform.user',
  'apigateway.editor', 'apigee.apiReaderV2', 'apigee.editor', 'apigee.spaceContentEditor', 'appengine.appCreator', 'appengine.debugger', 'appengine.deployer',
  'appengine.editor', 'assuredworkloads.editor', 'batch.jobsEditor', 'bigquery.studioUser', 'bigquerydatapolicy.editor', 'cloudbuild.builds.builder',
  'cloudbuild.builds.editor', 'cloudbuild.editor', 'clouddeploy.developer', 'clouddeploy.editor', 'clouddeploy.operator', 'clouddeploy.releaser',
  'cloudfunctions.developer', 'cloudfunctions.editor', 'cloudmigration.inframanager', 'composer.editor', 'composer.environmentAndStorageObjectUser', 'composer.worker',
  'compute.editor', 'config.agent', 'config.editor', 'container.developer', 'container.editor', 'dataflow.developer', 'dataflow.worker', 'dataform.codeScheduler',
  'dataform.editor', 'datafusion.runner', 'dataplex.editor', 'dataproc.editor', 'dataproc.hubAgent', 'dataproc.serverlessEditor', 'dataproc.worker',
  'deploymentmanager.editor', 'deploymentmanager.typeEditor', 'eventarc.developer', 'eventarc.editor', 'gkehub.gatewayEditor', 'gkehub.scopeEditorProjectLevel',
  'integrations.apigeeIntegrationDeployerRole', 'integrations.apigeeIntegrationEditorRole', 'integrations.integrationDeployer', 'integrations.integrationEditor',
  'lifesciences.editor', 'lifesciences.workflowsRunner', 'ml.editor', 'notebooks.editor', 'notebooks.runner', 'osconfig.guestPolicyEditor',
  'osconfig.osPolicyAssignmentEditor', 'osconfig.patchJobExecutor', 'run.developer', 'run.editor', 'run.jobsExecutorWithOverrides', 'run.sourceDeveloper',
  'storagetransfer.user', 'tpu.editor', 'workflows.editor', 'workstations.editor', 'workstations.user', 'workstations.workstationCreator',
  'workstations.workstationLimitExemptedCreator',
];
