import { Disturb, named } from '../../ledger/memory-table';

interface Input {
  readonly name: string;
  readonly nextToken?: string;
}

const PAGE = 2;

/** The calls of AgentCore about OAuth2 credential providers that the wiper uses, in pages of two. */
export class FakeProviders {
  public readonly providers = new Set<string>();
  /** Providers that AgentCore keeps after it has said that they are deleted. */
  public readonly kept = new Set<string>();
  public calls = 0;
  public disturb: Disturb = () => undefined;

  public async send({ constructor: { name }, input }: { constructor: { name: string }; input: Input }): Promise<unknown> {
    const operation = name.replace('Command', '');
    this.calls += 1;
    this.disturb(`bedrock-agentcore:${operation}`, 'before');
    const answer = operation === 'ListOauth2CredentialProviders' ? this.list(input) : operation === 'DeleteOauth2CredentialProvider' ? this.delete(input) : undefined;
    this.disturb(`bedrock-agentcore:${operation}`, 'after');
    return answer;
  }

  private list({ nextToken = '0' }: Input): unknown {
    const [all, from] = [[...this.providers].sort(), Number(nextToken)];
    const next = all.length > from + PAGE ? { nextToken: String(from + PAGE) } : {};
    return { credentialProviders: all.slice(from, from + PAGE).map((name) => ({ name })), ...next };
  }

  private delete({ name }: Input): unknown {
    if (!this.providers.has(name)) {
      throw named('ResourceNotFoundException', name);
    }
    if (!this.kept.has(name)) {
      this.providers.delete(name);
    }
    return {};
  }
}
