import { z } from 'zod';
import { UNSEEN } from '../../src/core/unseen';

/** A text that ledger, events and terminals show. */
export const plain = z.string().min(1).max(1024).refine((value) => !UNSEEN.test(value), 'holds line breaks, control characters or marks that no one sees');
