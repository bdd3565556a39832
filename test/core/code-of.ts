/** The stable code that an action fails with, or undefined if it doesn't fail. */
export function codeOf(action: () => unknown): string | undefined {
  try {
    action();
    return undefined;
  } catch (error) {
    const { code } = error as { code?: unknown };
    if (typeof code !== 'string') {
      throw error;
    }
    return code;
  }
}

/** Placeholders of CDK and CDKTF: texts, and lists of texts. */
export const TOKENS = ['${Token[AWS.Region.4]}', '#{Token[TOKEN.12]}', '${TfToken[TOKEN.0]}', '#{TfToken[TOKEN.1]}'];
