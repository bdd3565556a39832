import { Wiper, WiperContext } from './wiper';
import { ResidueKind } from '../../../src/contract/residue';
import { allItems } from '../../pages';
import { Finding } from '../../wiping';
import { unlessMissing } from '../cuts/missing';

interface Page { readonly items?: { readonly sessionId?: string }[]; readonly nextToken?: string }

/** Parts of the path, by the type in CloudFormation. */
const TOOLS: Readonly<Record<string, 'browsers' | 'code-interpreters'>> = {
  'AWS::BedrockAgentCore::BrowserCustom': 'browsers',
  'AWS::BedrockAgentCore::CodeInterpreterCustom': 'code-interpreters',
};

/**
 * Open sessions of browsers and code interpreters of AgentCore in the agent's stacks. They continue when their role is denied.
 * https://docs.aws.amazon.com/bedrock-agentcore/latest/APIReference/API_ListBrowserSessions.html
 */
export const agentCoreSessions: Wiper = {
  name: 'agent-core-sessions',
  ofAgent: true,
  residue: ResidueKind.AGENT_CORE,
  source: 'open sessions of the browsers and code interpreters in the agent\'s stacks',
  gaps: ['sessions of AgentCore runtimes, which AWS does not list', 'sessions of browsers and code interpreters that AWS provides'],
  needs: [{
    sid: 'StopToolSessions',
    actions: ['ListBrowserSessions', 'StopBrowserSession', 'ListCodeInterpreterSessions', 'StopCodeInterpreterSession'].map((action) => `bedrock-agentcore:${action}`),
    resources: ['browser-custom', 'code-interpreter-custom'].map((type) => `arn:{partition}:bedrock-agentcore:{region}:{account}:${type}/*`),
    of: ResidueKind.AGENT_CORE,
  }],
  async list(context, target) {
    const { own } = await target.resources();
    const tools = Object.entries(TOOLS).flatMap(([type, path]) => (own.get(type) ?? []).map((id) => [path, id] as const));
    return (await Promise.all(tools.map(([path, id]) => sessionsOf(context, path, id)))).flat();
  },
  async wipe({ calls }, _target, { id }) {
    const [, path, tool, sessionId] = /^agent-core-session\/([\w-]+)\/([^/]+)\/(.+)$/.exec(id)!;
    await unlessMissing(() => calls.rest('bedrock-agentcore', [path, tool, 'sessions', 'stop'], {}, { method: 'PUT', query: { sessionId } }));
  },
};

async function sessionsOf({ calls }: WiperContext, path: string, tool: string): Promise<Finding[]> {
  const all = await unlessMissing(() => allItems(
    async (nextToken) => await calls.rest('bedrock-agentcore', [path, tool, 'sessions', 'list'], { status: 'READY', nextToken }) as Page, (page) => page.items, (page) => page.nextToken)) ?? [];
  return all.map(({ sessionId }) => ({ wiper: 'agent-core-sessions', kind: 'agent-core-session', id: `agent-core-session/${path}/${tool}/${sessionId}`, actedOn: true }));
}
