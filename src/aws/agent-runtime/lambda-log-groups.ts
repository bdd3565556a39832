import { aws_lambda as lambda, CfnResource, Lazy, Stack, Token } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { RoleHolders } from './role-holders';
import { RuntimeContext } from './runtime-context';
import { defaultLogGroup } from '../../contract/registry-names';
import { contentsOf } from '../iam/contents';

/** A generated name is `<stack>-<logical id>-<12 random characters>`. Beyond this limit CloudFormation shortens the first two parts. */
const LONGEST_FUNCTION_NAME = 64;
const RANDOM_SUFFIX = 13;
/** Number of characters of a long stack name that always survive the shortening. */
const KEPT_OF_STACK_NAME = 20;

/**
 * The log groups of the functions that have the agent's role, found in the finished app. They are identified by name: a reference to a function would
 * close a circle, because access is deployed before the function. Not cached, because access is also checked when it is granted, before a function
 * exists.
 */
export function ownLogGroups(scope: Construct, context: RuntimeContext): string[] {
  const holders = RoleHolders.in(scope);
  return Lazy.uncachedList({ produce: () => ownLogGroupArns(scope, context, holders.started ? holders.functionsOf(scope) : []) });
}

function ownLogGroupArns(scope: Construct, context: RuntimeContext, functions: readonly lambda.CfnFunction[]): string[] {
  const names = functions.map((fn) => logGroupPattern(scope, fn));
  return (names.length > 0 ? [...new Set(names)] : [generatedLogGroups(Stack.of(scope))]).map((name) =>
    `arn:${context.partition}:logs:${context.region}:${context.account}:log-group:${name}:*`);
}

function logGroupPattern(scope: Construct, fn: lambda.CfnFunction): string {
  const stack = Stack.of(fn);
  const { logGroup } = Token.isUnresolved(fn.loggingConfig) ? {} : (fn.loggingConfig ?? {}) as lambda.CfnFunction.LoggingConfigProperty;
  if (logGroup) {
    return stack === Stack.of(scope) ? logGroup : logGroupElsewhere(fn, logGroup);
  }
  // The L2 always sets the property, to a token that resolves to undefined if the name is generated.
  if (fn.functionName && stack.resolve(fn.functionName) !== undefined) {
    return defaultLogGroup(fn.functionName);
  }
  if (stack.nestedStackParent !== undefined) {
    return generatedLogGroups(stack);
  }
  const logicalId: string = stack.resolve(fn.logicalId);
  const prefix = `${stack.stackName}-${logicalId}-`;
  const known = !Token.isUnresolved(stack.stackName) && prefix.length + RANDOM_SUFFIX - 1 <= LONGEST_FUNCTION_NAME;
  return known ? defaultLogGroup(`${prefix}*`) : generatedLogGroups(stack);
}

/**
 * A reference into a nested stack, which is deployed after the agent, would close a circle. A generated name begins with the name of the topmost
 * stack.
 */
function logGroupElsewhere(fn: lambda.CfnFunction, logGroup: string): string {
  const [group] = contentsOf(fn, logGroup).references.map(({ what: { target } }) => target);
  if (group === undefined || !CfnResource.isCfnResource(group)) {
    return logGroup;
  }
  const { logGroupName } = group as CfnResource & { logGroupName?: string };
  return logGroupName !== undefined && !Token.isUnresolved(logGroupName) ? logGroupName : startOfNames(Stack.of(group));
}

/** Prefix of the log groups of a stack's functions. */
export function generatedLogGroups(stack: Stack): string {
  return defaultLogGroup(startOfNames(stack));
}

/** The name of a nested stack is known only at deployment, and may be shortened. It begins with its parent's name. */
function startOfNames(stack: Stack): string {
  if (stack.nestedStackParent !== undefined) {
    return startOfNames(stack.nestedStackParent);
  }
  const name = stack.stackName;
  return `${!Token.isUnresolved(name) && name.length > KEPT_OF_STACK_NAME ? name.slice(0, KEPT_OF_STACK_NAME) : `${name}-`}*`;
}
