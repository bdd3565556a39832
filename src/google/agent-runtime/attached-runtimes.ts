import { requireForm, requireProjectNumber } from './checked';
import { ATTACH, IMPERSONATE, RuntimeContext, USE_AS_WORKLOAD } from './runtime-context';
import { requireOnePrincipal } from '../access/principal-rules';
import { requireProjectId } from '../project-id';

/** Who deploys what the account is attached to, and where. */
export interface AttachedRuntimeOptions {
  /**
   * Who deploys it, if not whoever applies this stack: it may attach the account. `serviceAccount:<email>` or `user:<email>`.
   *
   * @default - nobody else
   */
  readonly deployer?: string;

  /**
   * Number of the project that it runs in.
   *
   * @default - it runs in the agent's own project, whose service agents may use its accounts already
   */
  readonly runsInProjectNumber?: string;
}

/** What pins a workload of Kubernetes. */
export interface GkeRuntimeProps {
  /** Its namespace. */
  readonly namespace: string;

  /** Its Kubernetes service account. */
  readonly kubernetesServiceAccount: string;

  /**
   * Id of the cluster's project, which has the workload pool. All its clusters share the pool: the same namespace and account in another of them are the agent too.
   *
   * @default - the agent's project
   */
  readonly clusterProject?: string;
}

/** Lets the deployer attach the account, and the service's own account of another project get its tokens. */
export function attached(context: RuntimeContext, options: AttachedRuntimeOptions, serviceAgentHost: string | undefined): void {
  if (options.deployer !== undefined) {
    context.allow('deployer', ATTACH, requireOnePrincipal('the deployer', options.deployer));
  }
  if (options.runsInProjectNumber !== undefined && serviceAgentHost !== undefined) {
    const number = requireProjectNumber('runsInProjectNumber', options.runsInProjectNumber);
    context.allow('service_agent', IMPERSONATE, `serviceAccount:service-${number}@${serviceAgentHost}.iam.gserviceaccount.com`);
  }
}

/** The members that Google's documentation names for accounts of another project; Agent Engine's runs every agent's container. */
export const SERVICE_AGENT_HOSTS = {
  cloudRun: 'serverless-robot-prod',
  computeEngine: 'compute-system',
  vertexAgentEngine: 'gcp-sa-aiplatform-re',
};

export function workloadOfKubernetes(context: RuntimeContext, props: GkeRuntimeProps): void {
  const label = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
  const words = '1-63 of [a-z0-9-], as Kubernetes names it; one workload, no wildcard';
  const namespace = requireForm('KubernetesNameInvalid', 'the namespace', props.namespace, label, words);
  const account = requireForm('KubernetesNameInvalid', 'the Kubernetes service account', props.kubernetesServiceAccount, label, words);
  const project = requireProjectId('clusterProject', props.clusterProject ?? context.project);
  context.allow('workload', USE_AS_WORKLOAD, `serviceAccount:${project}.svc.id.goog[${namespace}/${account}]`);
}
