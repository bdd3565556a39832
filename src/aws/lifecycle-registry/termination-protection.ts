import { Annotations, AspectPriority, Aspects, Stack } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';

/** Checked when the app is complete, because the property may be set after the registry was created. */
export function warnWithoutTerminationProtection(registry: IConstruct): void {
  Aspects.of(registry).add({
    visit(node) {
      let stack = Stack.of(registry);
      while (stack.nestedStackParent) {
        stack = stack.nestedStackParent;
      }
      if (node === registry && !stack.terminationProtection) {
        Annotations.of(registry).addWarningV2('cdk-nhi-lifecycle:TerminationProtectionOff',
          `the stack ${stack.node.path} holds a registry of agents without termination protection: set terminationProtection: true`);
      }
    },
  }, { priority: AspectPriority.READONLY });
}
