import { GetBrowserCommand, GetCodeInterpreterCommand } from '@aws-sdk/client-bedrock-agentcore-control';
import { unlessUnseen } from './unless-unseen';
import { isDeadArn, Wiper, WiperContext, WipeTarget } from './wiper';
import { ResidueKind } from '../../../src/contract/residue';
import { allItems } from '../../pages';
import { Finding } from '../../wiping';
import { unlessMissing } from '../cuts/missing';

interface Page { readonly items?: { readonly sessionId?: string }[]; readonly nextToken?: string }

interface Tool {
  /** Part of the path. */
  readonly path: string;
  roleOf(client: WiperContext['agentRuntimes'], id: string): Promise<{ readonly executionRoleArn?: string }>;
}

/** By the type in CloudFormation. */
const TOOLS: Readonly<Record<string, Tool>> = {
  'AWS::BedrockAgentCore::BrowserCustom': { path: 'browsers', roleOf: (client, browserId) => client.send(new GetBrowserCommand({ browserId })) },
  'AWS::BedrockAgentCore::CodeInterpreterCustom': {
    path: 'code-interpreters', roleOf: (client, codeInterpreterId) => client.send(new GetCodeInterpreterCommand({ codeInterpreterId })),
  },
};

/**
 * Open sessions of browsers and code interpreters of AgentCore in the agent's stacks that run with its role. They continue when their role is denied. AWS does not say who opened a session, and other
 * agents may have tools in the same stack: a tool with another role is not touched, and of one without a role the sessions are reported.
 * https://docs.aws.amazon.com/bedrock-agentcore/latest/APIReference/API_ListBrowserSessions.html
 */
export const agentCoreSessions: Wiper = {
  name: 'agent-core-sessions',
  ofAgent: true,
  residue: ResidueKind.AGENT_CORE,
  source: 'open sessions of the browsers and code interpreters in the agent\'s stacks that run with its role; those of tools without a role are reported',
  gaps: ['sessions of AgentCore runtimes, which AWS does not list', 'sessions of browsers and code interpreters that AWS provides, or that run with the role of others'],
  needs: [{
    sid: 'StopToolSessions',
    actions: ['GetBrowser', 'ListBrowserSessions', 'StopBrowserSession', 'GetCodeInterpreter', 'ListCodeInterpreterSessions', 'StopCodeInterpreterSession'].map((action) => `bedrock-agentcore:${action}`),
    resources: ['browser-custom', 'code-interpreter-custom'].map((type) => `arn:{partition}:bedrock-agentcore:{region}:{account}:${type}/*`),
    of: ResidueKind.AGENT_CORE,
  }],
  async list(context, target) {
    const { own } = await target.resources();
    const tools = Object.entries(TOOLS).flatMap(([type, tool]) => (own.get(type) ?? []).map((id) => ({ tool, id })));
    return (await Promise.all(tools.map(({ tool, id }) => (
      unlessUnseen({ wiper: 'agent-core-sessions', kind: 'agent-core-session', id: `agent-core-session/${tool.path}/${id}` }, () => sessionsOf(context, target, tool, id)))))).flat();
  },
  async wipe({ calls }, _target, { id }) {
    const [, path, tool, sessionId] = /^agent-core-session\/([\w-]+)\/([^/]+)\/(.+)$/.exec(id)!;
    await unlessMissing(() => calls.rest('bedrock-agentcore', [path, tool, 'sessions', 'stop'], {}, { method: 'PUT', query: { sessionId } }));
  },
};

async function sessionsOf({ agentRuntimes, calls }: WiperContext, target: WipeTarget, { path, roleOf }: Tool, id: string): Promise<Finding[]> {
  const { executionRoleArn: role } = await roleOf(agentRuntimes, id);
  if (role !== undefined && !isDeadArn(target, role)) {
    return [];
  }
  const all = await allItems(
    async (nextToken) => await calls.rest('bedrock-agentcore', [path, id, 'sessions', 'list'], { status: 'READY', nextToken }) as Page, (page) => page.items, (page) => page.nextToken);
  return all.map(({ sessionId }) => {
    const finding = { wiper: 'agent-core-sessions', kind: 'agent-core-session', id: `agent-core-session/${path}/${id}/${sessionId}` };
    return role !== undefined ? { ...finding, actedOn: true }
      : { ...finding, actedOn: false, note: 'the tool has no role that shows whose it is: stop the session if the agent opened it' };
  });
}
