import { principalRule } from './built-in-rule';
import { isAgentWorkload } from '../template/workloads';

export const OUTSIDE_LIFECYCLE = principalRule('outside-lifecycle', {
  when: 'an agent of Amazon Bedrock or AgentCore has a role that no registry manages',
  why: 'no one is accountable for the agent, nothing ends it, and nothing is left of it only by luck',
}, ({ isAgent, isManaged, workloads, name }) => (!isAgent || isManaged ? undefined : {
  problem: `role ${name} is an agent's (${workloads.filter(isAgentWorkload).map(({ type }) => type).join(', ') || 'it trusts bedrock-agentcore'}), and no registry manages it`,
  fix: 'create it as a ManagedAgentIdentity, or take it over as an AdoptedAgentIdentity',
}));
