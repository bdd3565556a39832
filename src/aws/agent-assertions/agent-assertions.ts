import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { AgentAssertion } from './agent-assertion';
import { agentsIn } from './template-agents';
import { InvalidInputError } from '../../core/errors';
import { shown } from '../../core/shown';

/**
 * Assertions about the agents of a stack, for your own tests. Each reads the template, so it is about what would be deployed.
 *
 * `AgentAssertions.fromStack(stack).agent('invoice-bot').declares('dynamodb:GetItem').expires(Expiry.on('2027-03-31'))`
 */
export class AgentAssertions {
  /**
   * Synthesizes the app of a stack and reads the stack's template, as `Template.fromStack()` does.
   *
   * @param stack the stack with the agents
   */
  public static fromStack(stack: Stack): AgentAssertions {
    return new AgentAssertions(Template.fromStack(stack), stack);
  }

  private constructor(private readonly template: Template, private readonly stack: Stack) {}

  /**
   * An agent of the stack. Fails with `AgentNotInTemplate`, which names the agents that the stack has.
   *
   * @param agentName its name
   */
  public agent(agentName: string): AgentAssertion {
    const agents = agentsIn(this.template.toJSON());
    const found = agents.find((agent) => agent.AgentName === agentName);
    if (found === undefined) {
      const names = agents.map((agent) => agent.AgentName).sort().join(', ');
      throw new InvalidInputError('AgentNotInTemplate',
        `stack ${this.stack.node.path} has no agent ${shown(agentName)}: it has ${names === '' ? 'no agents' : names}`);
    }
    return AgentAssertion._of(this.stack, found);
  }
}
