import { AGENT_NAME } from '../core/name-forms';

/** An agent that calls another one's compute, opens sessions with its role, or reads the events that it sends. */
export interface AgentCaller {
  readonly agentName: string;
  readonly relation: 'invokes' | 'delegates' | 'reads';
}

const CALLER = /^Agent (\S{1,100}) \((invokes|delegates|reads)\)$/;

/** A caller as it stands among the trusted principals of an agent. */
export function callerText({ agentName, relation }: AgentCaller): string {
  return `Agent ${agentName} (${relation})`;
}

/** The caller that such a text names. Undefined for every other principal. */
export function callerIn(text: string): AgentCaller | undefined {
  const [, agentName, relation] = CALLER.exec(text) ?? [];
  return agentName === undefined || !AGENT_NAME.test(agentName) ? undefined : { agentName, relation: relation as AgentCaller['relation'] };
}

/** Of such texts and principals, those that can do something with the role: who only reads what the agent sends can't. */
export function withoutReaders(trusted: readonly string[]): readonly string[] {
  return trusted.filter((text) => callerIn(text)?.relation !== 'reads');
}
