import { serviceTrustOn } from './service-trust';
import { RuntimeBinding, RuntimeContext } from '../runtime-context';

/**
 * Trust: AWS documents the condition for all of an account; a session is no resource of CloudFormation. The model is access of the agent's:
 * `bedrock-mantle:CreateInference` with a condition on `bedrock-mantle:Model`.
 * https://docs.aws.amazon.com/bedrock/latest/userguide/bedrock-managed-agents-openai-security.html
 */
export function bedrockManagedAgentBinding(context: RuntimeContext): RuntimeBinding {
  return { trust: [serviceTrustOn(context, 'bedrock-mantle.amazonaws.com', 'bedrock-mantle', '*')], access: [] };
}
