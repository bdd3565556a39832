import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { DevelopmentRegistryProps, LifecycleRegistry, LifecycleRegistryProps } from '../../../src/aws/lifecycle-registry';

export { codeOf } from '../agent-identity/agents';

export const ENV = { account: '111122223333', region: 'eu-west-1' };

export interface Platform {
  readonly app: App;
  readonly stack: Stack;
  readonly registry: LifecycleRegistry;
  readonly template: () => Template;
}

/** A registry, alone in its stack. */
export function platform(props: LifecycleRegistryProps | ((stack: Stack) => LifecycleRegistryProps) = {}): Platform {
  return platformOf((stack) => new LifecycleRegistry(stack, 'Agents', typeof props === 'function' ? props(stack) : props));
}

export function development(props: DevelopmentRegistryProps = {}): Platform {
  return platformOf((stack) => LifecycleRegistry.development(stack, 'Agents', props));
}

function platformOf(make: (stack: Stack) => LifecycleRegistry): Platform {
  const app = new App();
  const stack = new Stack(app, 'Platform', { env: ENV });
  return { app, stack, registry: make(stack), template: () => Template.fromStack(stack) };
}

export const logicalIds = (template: Template, type: string): string[] => Object.keys(template.findResources(type));
