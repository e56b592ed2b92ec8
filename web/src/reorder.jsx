// Stands in for the one thing that GraphiQL uses of Framer Motion: tabs that can be dragged into another order.
import { createContext, useContext, useRef } from 'react';

const Order = createContext(null);

function Group({ values, onReorder, axis, ...props }) {
  const dragged = useRef(null);
  const move = (target) => {
    const from = values.indexOf(dragged.current);
    if (from < 0 || dragged.current === target) return;
    const order = values.toSpliced(from, 1);
    order.splice(values.indexOf(target), 0, dragged.current);
    onReorder(order);
  };
  return (
    <Order value={{ dragged, move }}>
      <ul {...props} />
    </Order>
  );
}

function Item({ value, dragElastic, ...props }) {
  const { dragged, move } = useContext(Order);
  return (
    <li
      {...props}
      onPointerDown={() => { dragged.current = value; }}
      onPointerEnter={(event) => { if (event.buttons === 1) move(value); }}
    />
  );
}

export const Reorder = { Group, Item };
