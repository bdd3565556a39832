import { basename } from 'node:path';
import { CfnElement, CfnResource, IPolicyValidationContext, Stack } from 'aws-cdk-lib';

/**
 * Paths of the constructs that templates don't name: stacks, outputs and parameters. Resources have their path in their metadata. There are none where the CDK gives a
 * plugin no constructs, as the oldest that the package allows.
 */
export class ConstructPlaces {
  private readonly stacks = new Map<string, string>();
  private readonly elements = new Map<string, string>();

  public constructor({ appConstruct }: Partial<Pick<IPolicyValidationContext, 'appConstruct'>>) {
    for (const node of appConstruct?.node.findAll() ?? []) {
      if (Stack.isStack(node)) {
        this.stacks.set(node.templateFile, node.node.path);
      } else if (CfnElement.isCfnElement(node) && !CfnResource.isCfnResource(node)) {
        const stack = Stack.of(node);
        this.elements.set(keyOf(stack.templateFile, stack.resolve(node.logicalId) as string), node.node.path);
      }
    }
  }

  /** Path of the stack of a template. */
  public ofStack(templatePath: string): string | undefined {
    return this.stacks.get(basename(templatePath));
  }

  /** Path of an output, a parameter or something else of a template that is no resource. */
  public ofElement(templatePath: string, logicalId: string): string | undefined {
    return this.elements.get(keyOf(basename(templatePath), logicalId));
  }
}

function keyOf(file: string, logicalId: string): string {
  return `${file} ${logicalId}`;
}
