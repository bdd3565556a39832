/** Runs `work`. Returns undefined if the service says that the resource does not exist. */
export async function unlessMissing<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Error && /^(ResourceNotFound(Exception)?|NotFoundException|NoSuchEntity(Exception)?|ExecutionDoesNotExist|StateMachineDoesNotExist|ClusterNotFoundException|Service(NotFound|NotActive)Exception)$/.test(error.name)) {
      return undefined;
    }
    throw error;
  }
}

/** Runs `look` for each item side by side, and drops items that do not exist. */
export async function ofEach<I, T>(items: readonly I[], look: (item: I) => Promise<T | undefined>): Promise<T[]> {
  const found = await Promise.all(items.map((item) => unlessMissing(() => look(item))));
  return found.filter((one) => one !== undefined) as T[];
}
