import type { TranslationBundle } from '@jupyterlab/translation';
import type { KeyboardEvent, ReactElement } from 'react';
import { useRef, useState } from 'react';
import type {
  LayerDiff,
  TensorDiff,
  TensorsDiff,
  TensorSide
} from '../../api/wire';
import type { DiffModel } from '../../model/diff';
import { Refusal } from '../answer';
import { Button } from '../button';
import { numberText, sizeText } from '../format';
import { useStore } from '../use-store';

export interface TensorsProps {
  model: DiffModel;
  tensors: TensorsDiff;
  trans: TranslationBundle;
}

const FIRST = 50;
const STEPS = [0, 1e-4, 1e-3, 1e-2, 1e-1];

/** How warm a layer is drawn: 0 stayed as it was, 5 moved by a tenth of its size or more. */
function heatOf(relative: number | null): number | null {
  return relative === null
    ? null
    : STEPS.filter(step => relative > step).length;
}

/** The weights of both sides: which tensors came and went, and how far the others moved. */
export function Tensors(props: TensorsProps): ReactElement {
  const { tensors, trans } = props;
  const [count, setCount] = useState(FIRST);
  const shown = tensors.tensors.slice(0, count);
  return (
    <>
      <p className="jp-HubStatus">{summaryOf(tensors, trans)}</p>
      {!tensors.measured && <Measure {...props} />}
      {tensors.measured && tensors.layers.length > 0 && (
        <HeatStrip layers={tensors.layers} trans={trans} />
      )}
      {tensors.unread.map(text => (
        <p key={text} className="jp-HubNote">
          {text}
        </p>
      ))}
      {shown.length > 0 && <Table tensors={shown} trans={trans} />}
      {tensors.tensors.length > count && (
        <Button onClick={() => setCount(count + 10 * FIRST)}>
          {trans.__('Show more tensors')}
        </Button>
      )}
    </>
  );
}

function summaryOf(tensors: TensorsDiff, trans: TranslationBundle): string {
  const { added, removed, reshaped, retyped, changed, unchanged } = tensors;
  const parts: [number, string][] = [
    [
      changed,
      tensors.measured
        ? trans.__('%1 changed', changed)
        : trans.__('%1 may have changed', changed)
    ],
    [added, trans.__('%1 added', added)],
    [removed, trans.__('%1 removed', removed)],
    [reshaped, trans.__('%1 with another shape', reshaped)],
    [retyped, trans.__('%1 with another type', retyped)],
    [unchanged, trans.__('%1 the same', unchanged)]
  ];
  const said = parts.filter(([count]) => count > 0).map(([, text]) => text);
  return trans.__('Tensors: %1', said.join(', '));
}

function Measure(props: TensorsProps): ReactElement {
  const { model, tensors, trans } = props;
  const measuring = useStore(model.measuring);
  const deed = useStore(model.deed.store);
  if (measuring.is === 'running') {
    const { progress, detail } = measuring.job;
    return (
      <div className="jp-HubBar">
        <progress value={progress} aria-label={trans.__('Comparing weights')} />
        <span role="status">{detail}</span>
        <Button onClick={() => void model.cancel()}>
          {trans.__('Cancel')}
        </Button>
      </div>
    );
  }
  return (
    <>
      <div className="jp-HubBar">
        <Button
          primary
          disabled={deed.is === 'busy'}
          onClick={() => void model.measure()}
        >
          {trans.__('Measure how far they moved')}
        </Button>
        <span>
          {trans.__('The hub reads %1 for it.', sizeText(tensors.bytesToRead))}
        </span>
      </div>
      <Refusal deed={model.deed} trans={trans} />
    </>
  );
}

const KEYS: Record<string, (at: number, last: number) => number> = {
  ArrowRight: (at, last) => Math.min(at + 1, last),
  ArrowLeft: at => Math.max(at - 1, 0),
  Home: () => 0,
  End: (_, last) => last
};

/** A field for each layer, the warmer the farther it moved; arrow keys lead from one to the next. */
function HeatStrip(props: {
  layers: LayerDiff[];
  trans: TranslationBundle;
}): ReactElement {
  const { layers, trans } = props;
  const [at, setAt] = useState(0);
  const host = useRef<HTMLDivElement>(null);
  const current = layers[Math.min(at, layers.length - 1)];
  const onKeyDown = (event: KeyboardEvent) => {
    const next = KEYS[event.key]?.(at, layers.length - 1);
    if (next !== undefined) {
      event.preventDefault();
      setAt(next);
      host.current
        ?.querySelector<HTMLElement>(`[data-layer="${next}"]`)
        ?.focus();
    }
  };
  return (
    <div className="jp-HubHeat">
      <div
        ref={host}
        className="jp-HubHeat-strip"
        role="listbox"
        aria-orientation="horizontal"
        aria-label={trans.__('How far each layer moved')}
        onKeyDown={onKeyDown}
      >
        {layers.map((layer, index) => (
          <span
            key={layer.name}
            data-layer={index}
            data-heat={heatOf(layer.relative)}
            role="option"
            aria-selected={index === at}
            aria-label={layerText(layer, trans)}
            title={layerText(layer, trans)}
            tabIndex={index === at ? 0 : -1}
            onFocus={() => setAt(index)}
            onMouseEnter={() => setAt(index)}
          />
        ))}
      </div>
      <p className="jp-HubHeat-legend">
        <span>{current ? layerText(current, trans) : ''}</span>
        <span className="jp-HubHeat-scale" aria-hidden>
          0
          {[0, 1, 2, 3, 4, 5].map(heat => (
            <span key={heat} data-heat={heat} />
          ))}
          {'> 0.1'}
        </span>
      </p>
    </div>
  );
}

function layerText(layer: LayerDiff, trans: TranslationBundle): string {
  const moved =
    layer.relative === null
      ? trans.__('not known')
      : numberText(layer.relative);
  return trans.__(
    '%1: moved by %2, %3 of %4 tensors differ',
    layer.name,
    moved,
    layer.changed,
    layer.tensors
  );
}

function Table(props: {
  tensors: TensorDiff[];
  trans: TranslationBundle;
}): ReactElement {
  const { tensors, trans } = props;
  const words = {
    added: trans.__('added'),
    removed: trans.__('removed'),
    reshaped: trans.__('other shape'),
    retyped: trans.__('other type'),
    changed: trans.__('changed')
  };
  return (
    <div className="jp-HubScroll" tabIndex={0} role="group">
      <table className="jp-HubTable">
        <caption className="jp-HubHidden">{trans.__('Tensors')}</caption>
        <thead>
          <tr>
            <th scope="col">{trans.__('Tensor')}</th>
            <th scope="col">{trans.__('What')}</th>
            <th scope="col">{trans.__('Before')}</th>
            <th scope="col">{trans.__('After')}</th>
            <th scope="col" className="jp-mod-number">
              <abbr title={trans.__('Norm of the change, by the norm before')}>
                {trans.__('‖b−a‖ / ‖a‖')}
              </abbr>
            </th>
            <th scope="col" className="jp-mod-number">
              {trans.__('Largest')}
            </th>
          </tr>
        </thead>
        <tbody>
          {tensors.map(tensor => (
            <tr key={tensor.name}>
              <th scope="row">{tensor.name}</th>
              <td>{words[tensor.change]}</td>
              <td>{sideText(tensor.before)}</td>
              <td>{sideText(tensor.after)}</td>
              <td className="jp-mod-number">
                {numberText(tensor.relative)}{' '}
                <span
                  className="jp-HubHeat-dot"
                  data-heat={heatOf(tensor.relative)}
                  aria-hidden
                />
              </td>
              <td className="jp-mod-number">{numberText(tensor.largest)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function sideText(side: TensorSide | null): string {
  return side ? `${side.dtype} ${side.shape.join('×') || '1'}` : '–';
}
