import { withSameColumns } from '@datagym/shared/labelRows';
import type { Output, Verdict } from '../../runner/operation';

/** The rows of several input items, such as one a project, with the columns of all, so that they fit into one table. */
export function asOneTable(verdicts: readonly Verdict[], isOfRows: (index: number) => boolean): readonly Verdict[] {
	const tables = verdicts.map((verdict, index) => ('outputs' in verdict && isOfRows(index) ? verdict.outputs : []));
	if (tables.filter((rows) => rows.length > 0).length < 2) return verdicts;
	const records = withSameColumns(tables.flatMap((rows) => rows.map(({ json }) => json)));
	let next = 0;
	const aligned = tables.map((rows) => rows.map((row): Output => ({ ...row, json: records[next++] ?? row.json })));
	return verdicts.map((verdict, index) => {
		const rows = aligned[index] ?? [];
		return rows.length > 0 ? { outputs: rows } : verdict;
	});
}
