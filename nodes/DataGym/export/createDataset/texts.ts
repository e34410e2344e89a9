import type { IDataObject } from 'n8n-workflow';
import { isList, type Steps } from '@datagym/labels';

/** The text that is made of what steps give, while it is read. A piece without characters is a step. */
export function* textOf<Value>(steps: Steps<Value>, piecesOf: (value: Value) => Iterable<string>): Generator<string> {
	for (let step = steps.next(); ; step = steps.next()) {
		if (step.done === true) return yield* piecesOf(step.value);
		yield '';
	}
}

/** JSON as `JSON.stringify` writes it with tabs, and a line end. Lists come element by element: they grow with the project. */
export function* jsonLines(value: IDataObject): Generator<string> {
	let separator = '{\n';
	for (const [key, member] of Object.entries(value)) {
		if (member === undefined) continue;
		yield `${separator}\t${JSON.stringify(key)}: `;
		yield* memberPieces(member);
		separator = ',\n';
	}
	yield separator === '{\n' ? '{}\n' : '\n}\n';
}

function* memberPieces(member: unknown): Generator<string> {
	if (!isList(member) || member.length === 0) return yield indented(member, 1);
	let separator = '[\n';
	for (const element of member) {
		yield `${separator}\t\t${indented(element, 2)}`;
		separator = ',\n';
	}
	yield '\n\t]';
}

function indented(value: unknown, level: number): string {
	return (JSON.stringify(value ?? null, null, '\t') ?? 'null').replaceAll('\n', `\n${'\t'.repeat(level)}`);
}
