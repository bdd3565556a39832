import { CfnElement, DefaultTokenResolver, IPostProcessor, IResolvable, IResolveContext, Reference, Stack, Token, Tokenization } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { canonicalJson } from '../../core/canonical-json';
import { escapeUnseen } from '../../core/unseen';

/**
 * Resolves tokens to texts that stay the same in every synthesis, whether the reference is rendered, dormant, exported or imported: `<Table.Arn>` in
 * the scope's own stack, `<Data:Table.Arn>` for a resource of the stack Data. As they are texts and not intrinsics, they add no dependencies.
 */
export function canonicalTexts(scope: IConstruct, value: unknown): unknown {
  const resolved: unknown = Tokenization.resolve(value, { scope, resolver: new TextResolver(Stack.of(scope)), preparing: false });
  return JSON.parse(JSON.stringify(resolved ?? null));
}

/** A text as it is but for what hides or moves text, and what CloudFormation computes as JSON. */
export function textOf(value: unknown): string {
  const text = typeof value === 'string' ? value : canonicalJson(JSON.parse(JSON.stringify(value ?? '')));
  // CloudFormation would replace a dynamic reference by its value, and linters take a policy variable for a forgotten Fn::Sub.
  return escapeUnseen(text).replace(/[{$](?=\{)/g, '$& ');
}

class TextResolver extends DefaultTokenResolver {
  public constructor(private readonly own: Stack) {
    super({ join: (left: unknown, right: unknown) => [left, right].filter((part) => part !== undefined).map(textOf).join('') });
  }

  public resolveToken(token: IResolvable, context: IResolveContext, postProcessor: IPostProcessor): unknown {
    return Reference.isReference(token) ? this.nameOf(token) : super.resolveToken(token, context, postProcessor);
  }

  private nameOf({ target, displayName }: Reference): string {
    if (displayName.startsWith('AWS::')) {
      return `<${displayName}>`;
    }
    const stack = Stack.of(target);
    const stackName = Token.isUnresolved(stack.stackName) ? stack.node.path : stack.stackName;
    const element: string = CfnElement.isCfnElement(target) ? stack.resolve(target.logicalId) : target.node.path;
    return `<${stack === this.own ? '' : `${stackName}:`}${element}${displayName === 'Ref' ? '' : `.${displayName}`}>`;
  }
}
