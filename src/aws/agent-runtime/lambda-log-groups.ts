import { Aspects, aws_lambda as lambda, CfnResource, IAspect, IResolvable, Lazy, Reference, Stack, Stage, Token, Tokenization } from 'aws-cdk-lib';
import { Construct, IConstruct } from 'constructs';
import { RuntimeContext } from './runtime-context';

/** A generated name is `<stack>-<logical id>-<12 random characters>`; beyond the limit CloudFormation shortens the first two. */
const LONGEST_FUNCTION_NAME = 64;
const RANDOM_SUFFIX = 13;
/** As far as a long stack name surely survives the shortening. */
const KEPT_OF_STACK_NAME = 20;

/**
 * The log groups of the functions that have the agent's role, found in the finished app. A reference to a function would close a circle
 * (access comes before the function), so they are told from the name. Uncached, as access is also looked at when it is granted, before there is any function.
 */
export function ownLogGroups(scope: Construct, context: RuntimeContext): string[] {
  Finished.watch(scope);
  return Lazy.uncachedList({ produce: () => ownLogGroupArns(scope, context) });
}

function ownLogGroupArns(scope: Construct, context: RuntimeContext): string[] {
  const stack = Stack.of(scope);
  const names = Finished.is(scope) ? functionsOf(scope).map((fn) => logGroupPattern(stack, fn)) : [];
  return (names.length > 0 ? [...new Set(names)] : [generatedPattern(stack)]).map((name) =>
    `arn:${context.partition}:logs:${context.region}:${context.account}:log-group:${name}:*`);
}

/** Knows whether an app is built: aspects are asked first of all when it is synthesized. */
class Finished implements IAspect {
  public static watch(scope: Construct): void {
    const root = Finished.rootOf(scope);
    if (!Finished.watched.has(root)) {
      Finished.watched.add(root);
      Aspects.of(root).add(new Finished());
    }
  }

  public static is(scope: Construct): boolean {
    return Finished.roots.has(Finished.rootOf(scope));
  }

  private static readonly watched = new WeakSet<IConstruct>();
  private static readonly roots = new WeakSet<IConstruct>();

  private static rootOf(scope: Construct): IConstruct {
    return Stage.of(scope) ?? scope.node.root;
  }

  public visit(node: IConstruct): void {
    if (Finished.watched.has(node)) {
      Finished.roots.add(node);
    }
  }
}

function logGroupPattern(stack: Stack, fn: lambda.CfnFunction): string {
  const logging = fn.loggingConfig;
  if (logging && !Token.isUnresolved(logging) && (logging as lambda.CfnFunction.LoggingConfigProperty).logGroup) {
    return (logging as lambda.CfnFunction.LoggingConfigProperty).logGroup!;
  }
  // The L2 always sets the property, to a token that becomes nothing where the name is generated.
  if (fn.functionName && stack.resolve(fn.functionName) !== undefined) {
    return `/aws/lambda/${fn.functionName}`;
  }
  const logicalId: string = stack.resolve(fn.logicalId);
  const prefix = `${stack.stackName}-${logicalId}-`;
  const known = !Token.isUnresolved(stack.stackName) && prefix.length + RANDOM_SUFFIX - 1 <= LONGEST_FUNCTION_NAME;
  return known ? `/aws/lambda/${prefix}*` : generatedPattern(stack);
}

function generatedPattern(stack: Stack): string {
  const name = stack.stackName;
  return `/aws/lambda/${!Token.isUnresolved(name) && name.length > KEPT_OF_STACK_NAME ? name.slice(0, KEPT_OF_STACK_NAME) : `${name}-`}*`;
}

/** The functions that have the agent's role, known once the app is built. */
export function functionsOf(scope: Construct): lambda.CfnFunction[] {
  return functionsByRole(Stack.of(scope)).filter(({ role }) => role.node.scopes.includes(scope)).map(({ fn }) => fn);
}

interface FunctionRole {
  readonly fn: lambda.CfnFunction;
  readonly role: IConstruct;
}

const found = new WeakMap<Stack, FunctionRole[]>();

/** Asked once for each agent, when the tree is complete: many agents in a stack must not walk it many times. */
function functionsByRole(stack: Stack): FunctionRole[] {
  let functions = found.get(stack);
  if (!functions) {
    functions = stack.node.findAll()
      .filter(isFunction)
      .flatMap((fn) => Tokenization.reverseString(fn.role).tokens
        .filter((token: IResolvable) => Reference.isReference(token))
        .map((token) => ({ fn, role: (token as Reference).target })));
    found.set(stack, functions);
  }
  return functions;
}

/** By its type: `instanceof` fails where two copies of the CDK are installed. */
function isFunction(node: IConstruct): node is lambda.CfnFunction {
  return CfnResource.isCfnResource(node) && node.cfnResourceType === lambda.CfnFunction.CFN_RESOURCE_TYPE_NAME;
}
