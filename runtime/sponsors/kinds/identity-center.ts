import { Directory, Finding, noAnswer } from '../directory';

/** A call of the Identity Store: the output, or the error's name with its members. */
export type IdentityStoreCall = (operation: 'GetUserId' | 'DescribeUser', input: object) => Promise<{ readonly error?: string; readonly output: Readonly<Record<string, unknown>> }>;

/**
 * The users of IAM Identity Center.
 * https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_GetUserId.html
 */
export function identityCenterDirectory(call: IdentityStoreCall, identityStoreId: string): Directory {
  return async (email) => {
    // The documentation doesn't say whether the value is compared with regard to case.
    const spellings = [...new Set([email, email.toLowerCase()])];
    for (const spelling of spellings) {
      const found = await userOf(call, identityStoreId, spelling);
      if (found !== undefined) {
        return found;
      }
    }
    return { status: 'unknown', evidence: `identity store ${identityStoreId} has no user with the address` };
  };
}

async function userOf(call: IdentityStoreCall, identityStoreId: string, email: string): Promise<Finding | undefined> {
  const { error, output: { UserId: userId, ...found } } = await call('GetUserId', {
    IdentityStoreId: identityStoreId, AlternateIdentifier: { UniqueAttribute: { AttributePath: 'emails.value', AttributeValue: email } },
  });
  if (error === 'ResourceNotFoundException') {
    // The store or its key may be what is missing. That says nothing of the user.
    return found.Reason !== undefined || found.ResourceType === 'IDENTITY_STORE' ? failed(error) : undefined;
  }
  if (error !== undefined || typeof userId !== 'string') {
    return failed(error);
  }
  const described = await call('DescribeUser', { IdentityStoreId: identityStoreId, UserId: userId });
  switch (described.error === undefined ? described.output.UserStatus : undefined) {
    case 'ENABLED': return { status: 'active', evidence: `identity store user ${userId} is ENABLED` };
    case 'DISABLED': return { status: 'inactive', evidence: `identity store user ${userId} is DISABLED` };
    default: return failed(described.error);
  }
}

function failed(error = 'it does not say whether the user is enabled'): Finding {
  return noAnswer(`IAM Identity Center: ${error}`);
}
