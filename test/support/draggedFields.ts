import type { NodeParameterValueType } from 'n8n-workflow';

/** What the editor writes when a person drags a field onto another one: `={{ $json.className }}` or `={{ $json['a b'].c }}`. */
const DRAGGED = /^=\{\{ \$json(?:\.[A-Za-z_]\w*|\[(?:'[^']+'|\d+)\])+ \}\}$/;

/** Whether all expressions in the parameters are what dragging alone writes, and there is no code. */
export function isDragged(parameters: NodeParameterValueType): boolean {
	if (typeof parameters === 'string') return !parameters.startsWith('=') || DRAGGED.test(parameters);
	if (typeof parameters !== 'object' || parameters === null) return true;
	if ('jsCode' in parameters || 'pythonCode' in parameters) return false;
	return Object.values(parameters).every((value: NodeParameterValueType) => isDragged(value));
}
