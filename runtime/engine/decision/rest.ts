/**
 * Stack statuses in which CloudFormation does nothing more by itself, and no failed operation waits for a retry. Anything else is left to
 * CloudFormation.
 */
const AT_REST = /^((CREATE|UPDATE|UPDATE_ROLLBACK|IMPORT|IMPORT_ROLLBACK|ROLLBACK)_COMPLETE|DELETE_COMPLETE)$/;

export function isAtRest(status: string): boolean {
  return AT_REST.test(status);
}
