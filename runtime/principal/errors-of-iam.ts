/** Whether IAM says that it is not there. */
export function isGone(error: unknown): boolean {
  return error instanceof Error && (error.name === 'NoSuchEntityException' || error.name === 'NoSuchEntity');
}

export function isLimit(error: unknown): boolean {
  return error instanceof Error && (error.name === 'LimitExceededException' || error.name === 'LimitExceeded');
}

/** Does it; that it was gone already is as good. Answers whether it was still there. */
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
