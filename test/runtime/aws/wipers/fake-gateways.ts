import { Disturb, named } from '../../ledger/memory-table';

interface FakeTarget {
  readonly provider: object;
  readonly lambdaArn?: string;
  status?: string;
}
interface FakeGateway {
  readonly roleArn: string;
  readonly targets: Map<string, FakeTarget>;
}
interface Input { readonly gatewayIdentifier: string; readonly targetId: string; readonly nextToken?: string }

const PAGE = 2;

/** The gateways of AgentCore with their targets, in pages of two. AgentCore deletes targets in the background. */
export class FakeGateways {
  public readonly gateways = new Map<string, FakeGateway>();
  /** Whether a deleted target is still there, as `DELETING`. */
  public isSlow = false;
  /** Gateways that the engine may not look at. */
  public readonly unreadable = new Set<string>();
  public disturb: Disturb = () => undefined;

  public async send({ constructor: { name }, input }: { constructor: { name: string }; input: Input }): Promise<unknown> {
    const operation = name.replace('Command', '');
    this.disturb(`bedrock-agentcore:${operation}`, 'before');
    const answer = this.answer(operation, input);
    this.disturb(`bedrock-agentcore:${operation}`, 'after');
    return answer;
  }

  private answer(operation: string, { gatewayIdentifier, targetId, nextToken = '0' }: Input): unknown {
    if (this.unreadable.has(gatewayIdentifier)) {
      throw named('AccessDeniedException', 'no');
    }
    const { roleArn, targets } = this.gateways.get(gatewayIdentifier) ?? missing(gatewayIdentifier);
    switch (operation) {
      case 'GetGateway': return { roleArn };
      case 'ListGatewayTargets': {
        const [all, from] = [[...targets.keys()], Number(nextToken)];
        const next = all.length > from + PAGE ? { nextToken: String(from + PAGE) } : {};
        return { items: all.slice(from, from + PAGE).map((id) => ({ targetId: id })), ...next };
      }
      case 'GetGatewayTarget': {
        const { provider, lambdaArn, status = 'READY' } = targets.get(targetId) ?? missing(targetId);
        const mcp = lambdaArn === undefined ? { openApiSchema: {} } : { lambda: { lambdaArn } };
        return { targetId, status, credentialProviderConfigurations: [provider], targetConfiguration: { mcp } };
      }
      case 'DeleteGatewayTarget': {
        const target = targets.get(targetId) ?? missing(targetId);
        if (target.status === 'DELETING') {
          throw named('ConflictException', 'the target is being deleted');
        }
        target.status = 'DELETING';
        return this.isSlow ? {} : void targets.delete(targetId);
      }
      default: throw new Error(`the fake gateways know no ${operation}`);
    }
  }
}

function missing(name: string): never {
  throw named('ResourceNotFoundException', name);
}

/** How a target acts: with a provider of OAuth2, with one for API keys, or with the role of its gateway. */
export const ACTING = {
  oauth: (name: string, account = '111122223333') => ({ credentialProviderType: 'OAUTH', credentialProvider: { oauthCredentialProvider: { providerArn: providerArn('oauth2', name, account), scopes: [] } } }),
  apiKey: (name: string, account = '111122223333') => ({ credentialProviderType: 'API_KEY', credentialProvider: { apiKeyCredentialProvider: { providerArn: providerArn('apikey', name, account) } } }),
  role: () => ({ credentialProviderType: 'GATEWAY_IAM_ROLE' }),
} as const;

function providerArn(kind: string, name: string, account: string): string {
  return `arn:aws:bedrock-agentcore:eu-west-1:${account}:token-vault/default/${kind}credentialprovider/${name}`;
}
