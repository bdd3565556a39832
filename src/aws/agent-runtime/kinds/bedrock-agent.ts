import { serviceTrustOn } from './service-trust';
import { RuntimeBinding, RuntimeContext } from '../runtime-context';

/**
 * Trust: Bedrock sends the ARN of the agent, which contains a generated id. The model, schemas and knowledge bases are access of the agent's:
 * `ModelAccess.invoke()`.
 * https://docs.aws.amazon.com/bedrock/latest/userguide/agents-permissions.html
 */
export function bedrockAgentBinding(context: RuntimeContext): RuntimeBinding {
  return { trust: [serviceTrustOn(context, 'bedrock.amazonaws.com', 'bedrock', 'agent/*')], access: [] };
}
