import type { IDataObject } from 'n8n-workflow';
import { sameColumns } from '@datagym/shared/labelRows';
import { finish, mapped, paced } from '@datagym/shared/turns';
import type { Output, Verdict } from '../../runner/operation';

/** The rows of several input items, such as one a project, with the columns of all, so that they fit into one table. */
export async function asOneTable(
	verdicts: readonly Verdict[],
	isOfRows: (index: number) => boolean,
): Promise<readonly Verdict[]> {
	const tables = verdicts.map((verdict, index) => ('outputs' in verdict && isOfRows(index) ? verdict.outputs : []));
	if (tables.filter((rows) => rows.length > 0).length < 2) return verdicts;
	const own: IDataObject[] = [];
	for (const rows of tables) for await (const { json } of paced(rows)) own.push(json);
	const records = await finish(sameColumns(own));
	let next = 0;
	const aligned: Output[][] = [];
	for (const rows of tables) aligned.push(await mapped(rows, (row) => ({ ...row, json: records[next++] ?? row.json })));
	return verdicts.map((verdict, index) => {
		const rows = aligned[index] ?? [];
		return rows.length > 0 ? { outputs: rows } : verdict;
	});
}
