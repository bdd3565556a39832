/** The parts of a pool and its provider that depend on the identity. */
export interface FederationParts {
  readonly providerId: string;
  readonly attributeMapping: Record<string, string>;
  readonly attributeCondition: string;
  readonly memberKind: 'principal' | 'principalSet';
  readonly memberPath: string;
  readonly aws?: { readonly accountId: string };
  readonly oidc?: { readonly issuerUri: string; readonly allowedAudiences?: string[] };
}
