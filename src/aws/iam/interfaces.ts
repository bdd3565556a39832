import { aws_iam as iam } from 'aws-cdk-lib';
import { InvalidInputError } from '../../core/errors';
import { shown } from '../../core/shown';

/** @throws InvalidInputError `WrongClass` for anything but a CDK principal */
export function requirePrincipal(what: string, value: unknown): iam.IPrincipal {
  return requireShape<iam.IPrincipal>(what, value, 'policyFragment', 'a principal, such as new iam.ServicePrincipal() or a role');
}

/** @throws InvalidInputError `WrongClass` for anything but a CDK managed policy */
export function requireManagedPolicy(what: string, value: unknown): iam.IManagedPolicy {
  return requireShape<iam.IManagedPolicy>(what, value, 'managedPolicyArn', 'a managed policy, such as ManagedPolicy.fromManagedPolicyArn()');
}

/** @throws InvalidInputError `WrongClass` for anything but a CDK role */
export function requireRole(what: string, value: unknown): iam.IRole {
  return requireShape<iam.IRole>(what, value, 'roleArn', 'a role, such as iam.Role.fromRoleArn()');
}

/** Checks one attribute, because an interface has no class and two copies of CDK may be installed. */
function requireShape<T>(what: string, value: unknown, attribute: keyof T & string, make: string): T {
  if (typeof value !== 'object' || value === null || !(attribute in value)) {
    throw new InvalidInputError('WrongClass', `${what} must be ${make}, received ${shown(value)}`);
  }
  return value as T;
}
