import { Construct } from 'constructs';
import { requireText } from './required-text';

/** DNS labels and subdomains. https://kubernetes.io/docs/concepts/overview/working-with-objects/names/ */
const NAMESPACE = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
const SERVICE_ACCOUNT = /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/;

export interface ServiceAccountNames {
  readonly namespace: string;
  readonly serviceAccount: string;
}

/**
 * Requires names without wildcards, literally.
 *
 * @throws InvalidInputError `NamespaceInvalid`, `ServiceAccountInvalid`
 */
export function requireServiceAccount(scope: Construct, { namespace, serviceAccount }: ServiceAccountNames): ServiceAccountNames {
  return {
    namespace: requireText(scope, 'NamespaceInvalid', 'namespace', namespace, NAMESPACE, 'the name of one namespace: 1-63 of [a-z0-9-], without *'),
    serviceAccount: requireText(scope, 'ServiceAccountInvalid', 'service account', serviceAccount, SERVICE_ACCOUNT, 'the name of one service account: 1-253 of [a-z0-9.-], without *'),
  };
}
