import type { GeometryType } from '@datagym/labels';
import { InputError } from '@datagym/shared/errors';
import { addClasses } from '../../labelConfig/addClasses';
import type { Run } from '../../runner/runContext';
import type { Prediction } from '../preparing/report';

/** What one project needs before the predictions can be imported. */
export interface ProjectPredictions {
	readonly projectId: string;
	readonly isDryRun: boolean;
	readonly predictions: readonly Prediction[];
}

/** Creates the classes that the predictions need, once for all of them. @throws InputError if that cannot be done. */
export async function createClasses(run: Run, { projectId, isDryRun, predictions }: ProjectPredictions): Promise<void> {
	const types = new Map<string, GeometryType>();
	for (const [key, type] of predictions.flatMap(({ additions = new Map<string, GeometryType>() }) => [...additions])) {
		const other = types.get(key) ?? type;
		if (other !== type)
			throw new InputError(
				`The class "${key}" cannot be added to the label configuration, because the model gives it as ${other} and as ${type}`,
				'Add the class in DataGym: its labels are then converted to its geometry.',
			);
		types.set(key, type);
	}
	if (types.size > 0) await addClasses(run, { projectId, types }, isDryRun);
}
