import { Disturb, named } from '../../ledger/memory-table';

interface Input {
  readonly name: string;
  readonly browserId?: string;
  readonly codeInterpreterId?: string;
  readonly nextToken?: string;
}

const PAGE = 2;

/** The calls of AgentCore about OAuth2 credential providers that the wiper uses, in pages of two. */
export class FakeProviders {
  public readonly providers = new Set<string>();
  /** Names of all else, by the operation that lists it. */
  public readonly others: Record<string, Set<string>> = {
    ListApiKeyCredentialProviders: new Set(),
    ListPaymentCredentialProviders: new Set(),
    ListWorkloadIdentities: new Set(),
    ListBrowserProfiles: new Set(),
    ListPolicyEngines: new Set(),
  };
  /** Roles of tools, by `browsers/<id>` or `code-interpreters/<id>`. A tool need not have one. */
  public readonly tools = new Map<string, string | undefined>();
  /** Providers that AgentCore keeps after it has said that they are deleted. */
  public readonly kept = new Set<string>();
  public calls = 0;
  public disturb: Disturb = () => undefined;

  public async send({ constructor: { name }, input }: { constructor: { name: string }; input: Input }): Promise<unknown> {
    const operation = name.replace('Command', '');
    this.calls += 1;
    this.disturb(`bedrock-agentcore:${operation}`, 'before');
    const answer = operation === 'ListOauth2CredentialProviders' ? this.list(input) : operation === 'DeleteOauth2CredentialProvider' ? this.delete(input) : this.other(operation, input);
    this.disturb(`bedrock-agentcore:${operation}`, 'after');
    return answer;
  }

  private other(operation: string, { name, nextToken = '0', browserId, codeInterpreterId }: Input): unknown {
    if (operation === 'GetBrowser' || operation === 'GetCodeInterpreter') {
      const tool = operation === 'GetBrowser' ? `browsers/${browserId}` : `code-interpreters/${codeInterpreterId}`;
      return this.tools.has(tool) ? { executionRoleArn: this.tools.get(tool) } : missing(tool);
    }
    const listed = this.others[operation];
    if (listed === undefined) {
      return this.others[`${operation.replace('Delete', 'List')}s`].delete(name) ? {} : missing(name);
    }
    const [all, from] = [[...listed].sort().map((one) => ({ name: one })), Number(nextToken)];
    const items = all.slice(from, from + PAGE);
    const next = all.length > from + PAGE ? { nextToken: String(from + PAGE) } : {};
    return { credentialProviders: items, workloadIdentities: items, profileSummaries: items, policyEngines: items, ...next };
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

function missing(name: string): never {
  throw named('ResourceNotFoundException', name);
}
