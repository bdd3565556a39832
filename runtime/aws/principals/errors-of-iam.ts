/** Whether IAM returned that the entity does not exist. */
export function isGone(error: unknown): boolean {
  return error instanceof Error && (error.name === 'NoSuchEntityException' || error.name === 'NoSuchEntity');
}

export function isLimit(error: unknown): error is Error {
  return error instanceof Error && (error.name === 'LimitExceededException' || error.name === 'LimitExceeded');
}

/** Whether IAM denies the engine the call. A service control policy of the organisation can do that. */
export function isForbidden(error: unknown): error is Error {
  return error instanceof Error && /^(AccessDenied|AccessDeniedException|UnmodifiableEntity|UnmodifiableEntityException|PolicyNotAttachableException)$/.test(error.name);
}

/** Runs `work`, ignoring NoSuchEntity. Returns false if the entity did not exist. */
export async function unlessGone(work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    if (isGone(error)) {
      return false;
    }
    throw error;
  }
}
