// Reads [{text, context}] from stdin and writes, for each, feelin's value as FEEL writes it, or {"error": …}.
import { readFileSync } from 'node:fs';
import { evaluate, isFunction, isRange } from 'feelin';

function written(value) {
  if (value === null || value === undefined) return 'null';
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : 'null';
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) return `[${value.map(written).join(', ')}]`;
  if (isFunction(value) || typeof value === 'function') return 'function';
  if (isRange(value)) return 'range';
  if (Object.getPrototypeOf(value) === Object.prototype) {
    return `{${Object.entries(value).map(([key, entry]) => `${key}: ${written(entry)}`).join(', ')}}`;
  }
  return value.toString();
}

function answer({ text, context }) {
  try {
    return { value: written(evaluate(text, context).value) };
  } catch (error) {
    return { error: String(error.message ?? error).slice(0, 200) };
  }
}

process.stdout.write(JSON.stringify(JSON.parse(readFileSync(0, 'utf8')).map(answer)));
