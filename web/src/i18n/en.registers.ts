// Texts of the pages of registers.
import type { registers as zh } from './zh.registers';

export const registers: typeof zh = {
  applications: 'Applications',
};
