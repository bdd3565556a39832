import { requireForm, requireProjectNumber } from './checked';
import { ATTACH, IMPERSONATE, RuntimeBinding, RuntimeContext, USE_AS_WORKLOAD } from './runtime-context';
import { AgentEngineOptions, AttachedRuntimeOptions, GkeRuntimeProps } from './runtime-options';
import { requireProjectId } from '../../contract/google';
import { requireAgentIdentity, requireOnePrincipal } from '../access/principal-rules';

/**
 * Allows the deployer to attach the account. If the runtime is in another project, also allows that project's service agent to get tokens of the
 * account.
 */
export function attached(context: RuntimeContext, options: AttachedRuntimeOptions, serviceAgentHost: string | undefined): void {
  if (options.deployer !== undefined) {
    context.allow('deployer', ATTACH, requireOnePrincipal('the deployer', options.deployer));
  }
  if (options.runsInProjectNumber !== undefined && serviceAgentHost !== undefined) {
    const number = requireProjectNumber('runsInProjectNumber', options.runsInProjectNumber);
    context.allow('service_agent', IMPERSONATE, `serviceAccount:service-${number}@${serviceAgentHost}.iam.gserviceaccount.com`);
  }
}

/** As `attached`. An engine with an identity of its own has no service account, so its identity gets tokens of the agent's account. */
export function agentEngine(context: RuntimeContext, options: AgentEngineOptions): RuntimeBinding {
  attached(context, options, SERVICE_AGENT_HOSTS.vertexAgentEngine);
  if (options.agentIdentity === undefined) {
    return {};
  }
  const principal = requireAgentIdentity('agentIdentity', options.agentIdentity);
  context.allow('agent_identity', IMPERSONATE, principal);
  return { principals: [principal] };
}

/** The members that Google documents for accounts of another project. The one of Agent Engine runs every agent's container. */
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
