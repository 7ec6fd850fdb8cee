// What the token game finds: each program has one mistake, named with role, instance, statement, ring and slot.
// RUN: opt --passes none
scheduled @two_producers(%A: in buf<8x8xf32>, %T: in buf<4xi32>, %C: out buf<8x8xf32>) programs 1 workers 0 cluster 1 {
  %q = ring depth 2 : ring<8x8xf32> @ring
  role @load copy[1] (%i, %rank) {
    work (%p) {
      acquire %q
      load_into %q[0, 0], %A[0:+8, 0:+8] @ld
      publish %q
    }
  }
  role @math threads[1] (%i, %rank) {
    work (%p) {
      acquire %q // ERROR: roles @load and @math both produce for ring @ring
      publish %q
      %a = await %q : tile<8x8xf32>
      release %q
    }
  }
}
scheduled @no_consumer(%A: in buf<8x8xf32>, %T: in buf<4xi32>, %C: out buf<8x8xf32>) programs 1 workers 0 cluster 1 {
  %q = ring depth 2 : ring<8x8xf32> @ring // ERROR: ring @ring has no consuming role
  role @load copy[1] (%i, %rank) {
    work (%p) {
      acquire %q
      load_into %q[0, 0], %A[0:+8, 0:+8] @ld
      publish %q
    }
  }
}
scheduled @private_counts(%A: in buf<8x8xf32>, %T: in buf<4xi32>, %C: out buf<8x8xf32>) programs 1 workers 0 cluster 1 {
  %q = ring depth 2 private : ring<8x8xf32> @ring // ERROR: ring @ring is private, but role @load has 1 instances and role @math 2
  role @load copy[1] (%i, %rank) {
    work (%p) {
      acquire %q
      load_into %q[0, 0], %A[0:+8, 0:+8] @ld
      publish %q
    }
  }
  role @math threads[2] (%i, %rank) {
    work (%p) {
      %a = await %q : tile<8x8xf32>
      release %q
    }
  }
}
scheduled @turns_of_two_roles(%A: in buf<8x8xf32>, %T: in buf<4xi32>, %C: out buf<8x8xf32>) programs 1 workers 0 cluster 1 {
  %t = turns
  %q = ring depth 2 : ring<8x8xf32> @ring
  role @load copy[1] (%i, %rank) {
    work (%p) {
      acquire %q
      load_into %q[0, 0], %A[0:+8, 0:+8] @ld
      publish %q
      take %t
      give %t
    }
  }
  role @math threads[1] (%i, %rank) {
    work (%p) {
      take %t // ERROR: roles @load and @math take the same turns
      give %t
      %a = await %q : tile<8x8xf32>
      release %q
    }
  }
}
scheduled @write_unacquired(%A: in buf<8x8xf32>, %T: in buf<4xi32>, %C: out buf<8x8xf32>) programs 1 workers 0 cluster 1 {
  %q = ring depth 2 : ring<8x8xf32> @ring
  role @load copy[1] (%i, %rank) {
    work (%p) {
      load_into %q[0, 0], %A[0:+8, 0:+8] @ld // ERROR: role @load, instance 0, rank 0, program 0, statement 'load_into @ld': writes to a slot of ring @ring that is not acquired
      publish %q
    }
  }
  role @math threads[1] (%i, %rank) {
    work (%p) {
      %a = await %q : tile<8x8xf32>
      release %q
    }
  }
}
scheduled @publish_unacquired(%A: in buf<8x8xf32>, %T: in buf<4xi32>, %C: out buf<8x8xf32>) programs 1 workers 0 cluster 1 {
  %q = ring depth 2 : ring<8x8xf32> @ring
  role @load copy[1] (%i, %rank) {
    work (%p) {
      publish %q // ERROR: publishes a slot of ring @ring that is not acquired
    }
  }
  role @math threads[1] (%i, %rank) {
    work (%p) {
      %a = await %q : tile<8x8xf32>
      release %q
    }
  }
}
scheduled @written_twice(%A: in buf<8x8xf32>, %T: in buf<4xi32>, %C: out buf<8x8xf32>) programs 1 workers 0 cluster 1 {
  %q = ring depth 2 : ring<8x8xf32> @ring
  role @load copy[1] (%i, %rank) {
    work (%p) {
      acquire %q
      load_into %q[0, 0], %A[0:+5, 0:+8] @ld0
      load_into %q[4, 0], %A[4:+4, 0:+8] @ld1 // ERROR: statement 'load_into @ld1': writes elements of slot 0 of ring @ring that were written since it was acquired
      publish %q
    }
  }
  role @math threads[1] (%i, %rank) {
    work (%p) {
      %a = await %q : tile<8x8xf32>
      release %q
    }
  }
}
scheduled @written_by_two(%A: in buf<8x8xf32>, %T: in buf<4xi32>, %C: out buf<8x8xf32>) programs 1 workers 0 cluster 1 {
  %q = ring depth 2 : ring<8x8xf32> @ring
  role @load copy[2] (%i, %rank) {
    work (%p) {
      acquire %q
      load_into %q[0, 0], %A[0:+8, 0:+8] @ld // ERROR: instance 1, rank 0, program 0, statement 'load_into @ld': writes elements of slot 0
      publish %q
    }
  }
  role @math threads[1] (%i, %rank) {
    work (%p) {
      %a = await %q : tile<8x8xf32>
      release %q
    }
  }
}
scheduled @outside_the_slot(%A: in buf<8x8xf32>, %T: in buf<4xi32>, %C: out buf<8x8xf32>) programs 1 workers 0 cluster 1 {
  %q = ring depth 2 : ring<8x8xf32> @ring
  role @load copy[1] (%i, %rank) {
    work (%p) {
      acquire %q
      load_into %q[%p + 1, 0], %A[0:+8, 0:+8] // ERROR: offset 1 in dimension 0 leaves the slot of ring @ring
      publish %q
    }
  }
  role @math threads[1] (%i, %rank) {
    work (%p) {
      %a = await %q : tile<8x8xf32>
      release %q
    }
  }
}
scheduled @poison(%A: in buf<8x8xf32>, %T: in buf<4xi32>, %C: out buf<8x8xf32>) programs 1 workers 0 cluster 1 {
  %q = ring depth 2 : ring<8x8xf32> @ring
  role @load copy[1] (%i, %rank) {
    work (%p) {
      acquire %q
      load_into %q[0, 0], %A[0:+8, 0:+7]
      publish %q
    }
  }
  role @math threads[1] (%i, %rank) {
    work (%p) {
      %a = await %q : tile<8x8xf32>
      %good = part %a[0, 0] : tile<8x7xf32>
      %b = read %good : tile<8x7xf32>
      %c = read %a : tile<8x8xf32> @rd // ERROR: statement 'read @rd': operand 0 is poison: nobody wrote all of it to slot 0 of ring @ring
      release %q
    }
  }
}
scheduled @used_after_release(%A: in buf<8x8xf32>, %T: in buf<4xi32>, %C: out buf<8x8xf32>) programs 1 workers 0 cluster 1 {
  %q = ring depth 2 : ring<8x8xf32> @ring
  role @load copy[1] (%i, %rank) {
    work (%p) {
      acquire %q
      load_into %q[0, 0], %A[0:+8, 0:+8] @ld
      publish %q
    }
  }
  role @math threads[1] (%i, %rank) {
    work (%p) {
      %a = await %q : tile<8x8xf32>
      release %q
      store %a -> %C[0:+8, 0:+8] // ERROR: uses a tile of ring @ring after the release of its slot 0
    }
  }
}
scheduled @part_outside(%A: in buf<8x8xf32>, %T: in buf<4xi32>, %C: out buf<8x8xf32>) programs 1 workers 0 cluster 1 {
  %q = ring depth 2 : ring<8x8xf32> @ring
  role @load copy[1] (%i, %rank) {
    work (%p) {
      acquire %q
      load_into %q[0, 0], %A[0:+8, 0:+8] @ld
      publish %q
    }
  }
  role @math threads[1] (%i, %rank) {
    work (%p) {
      %a = await %q : tile<8x8xf32>
      %b = part %a[4, 0] : tile<4x8xf32>
      %c = part %b[1, 0] : tile<4x8xf32> // ERROR: offset 1 in dimension 0 leaves the tile
      release %q
    }
  }
}
scheduled @part_of_registers(%A: in buf<8x8xf32>, %T: in buf<4xi32>, %C: out buf<8x8xf32>) programs 1 workers 0 cluster 1 {
  %q = ring depth 2 : ring<8x8xf32> @ring
  role @load copy[1] (%i, %rank) {
    work (%p) {
      acquire %q
      load_into %q[0, 0], %A[0:+8, 0:+8] @ld
      publish %q
    }
  }
  role @math threads[1] (%i, %rank) {
    work (%p) {
      %a = await %q : tile<8x8xf32>
      %b = read %a : tile<8x8xf32>
      %c = part %b[0, 0] : tile<4x8xf32> // ERROR: takes a part of registers
      release %q
    }
  }
}
scheduled @used_unjoined(%A: in buf<8x8xf32>, %T: in buf<4xi32>, %C: out buf<8x8xf32>) programs 1 workers 0 cluster 1 {
  %q = ring depth 2 : ring<8x8xf32> @ring
  role @load copy[1] (%i, %rank) {
    work (%p) {
      acquire %q
      load_into %q[0, 0], %A[0:+8, 0:+8] @ld
      publish %q
    }
  }
  role @math threads[1] (%i, %rank) {
    work (%p) {
      %a = await %q : tile<8x8xf32>
      %b = mma async %a, %a : tile<8x8xf32> @product
      store %b -> %C[0:+8, 0:+8] // ERROR: operand 0 is the result of an asynchronous mma that no join covers
      join 0
      release %q
    }
  }
}
scheduled @operand_unjoined(%A: in buf<8x8xf32>, %T: in buf<4xi32>, %C: out buf<8x8xf32>) programs 1 workers 0 cluster 1 {
  %q = ring depth 2 : ring<8x8xf32> @ring
  role @load copy[1] (%i, %rank) {
    work (%p) {
      acquire %q
      load_into %q[0, 0], %A[0:+8, 0:+8] @ld
      publish %q
    }
  }
  role @math threads[1] (%i, %rank) {
    work (%p) {
      %a = await %q : tile<8x8xf32>
      %b = mma async %a, %a : tile<8x8xf32> @product
      %c = mma async %a, %a, %b : tile<8x8xf32>
      %d = mma async %b, %a : tile<8x8xf32> // ERROR: operand 0 is the result of an asynchronous mma that no join covers
      join 0
      release %q
    }
  }
}
scheduled @released_unjoined(%A: in buf<8x8xf32>, %T: in buf<4xi32>, %C: out buf<8x8xf32>) programs 1 workers 0 cluster 1 {
  %q = ring depth 2 : ring<8x8xf32> @ring
  role @load copy[1] (%i, %rank) {
    work (%p) {
      acquire %q
      load_into %q[0, 0], %A[0:+8, 0:+8] @ld
      publish %q
    }
  }
  role @math threads[1] (%i, %rank) {
    work (%p) {
      %a = await %q : tile<8x8xf32>
      %t = transpose %a : tile<8x8xf32>
      %b = mma async %t, %t : tile<8x8xf32> @product
      release %q // ERROR: releases slot 0 of ring @ring, which mma @product still reads: no join covers it
      join 0
    }
  }
}
scheduled @register_overwritten(%A: in buf<8x8xf32>, %T: in buf<4xi32>, %C: out buf<8x8xf32>) programs 1 workers 0 cluster 1 {
  %q = ring depth 2 : ring<8x8xf32> @ring
  role @load copy[1] (%i, %rank) {
    work (%p) {
      acquire %q
      load_into %q[0, 0], %A[0:+8, 0:+8] @ld
      publish %q
    }
  }
  role @math threads[1] (%i, %rank) {
    work (%p) {
      %a = await %q : tile<8x8xf32>
      %f = read %a : tile<8x8xf32>
      %z = fill 0 : tile<8x8xf32>
      %r, %s = for %k in 0..3 iter(%x = %f, %c = %z) {
        %d = mma async %x, %x, %c : tile<8x8xf32> @product
        %y = map(%a) : tile<8x8xf32> @next { ^(%e: f32): // ERROR: statement 'map @next': overwrites registers that mma @product still reads
          %n = negate %e : f32
          yield %n
        }
        join 0
        yield %y, %d
      }
      release %q
    }
  }
}
scheduled @register_through_an_if(%A: in buf<8x8xf32>, %T: in buf<4xi32>, %C: out buf<8x8xf32>) programs 1 workers 0 cluster 1 {
  %q = ring depth 2 : ring<8x8xf32> @ring
  role @load copy[1] (%i, %rank) {
    work (%p) {
      acquire %q
      load_into %q[0, 0], %A[0:+8, 0:+8] @ld
      publish %q
    }
  }
  role @math threads[1] (%i, %rank) {
    work (%p) {
      %a = await %q : tile<8x8xf32>
      %f = read %a : tile<8x8xf32>
      %z = fill 0 : tile<8x8xf32>
      %r, %s = for %k in 0..3 iter(%x = %f, %c = %z) {
        %d = mma async %x, %x, %c : tile<8x8xf32> @product
        %y = if %k == 0 : tile<8x8xf32> {
          %g = read %a : tile<8x8xf32> @again // ERROR: statement 'read @again': overwrites registers that mma @product still reads
          yield %g
        } else {
          yield %x
        }
        join 0
        yield %y, %d
      }
      release %q
    }
  }
}
scheduled @ends_unjoined(%A: in buf<8x8xf32>, %T: in buf<4xi32>, %C: out buf<8x8xf32>) programs 1 workers 0 cluster 1 {
  %q = ring depth 2 : ring<8x8xf32> @ring
  role @load copy[1] (%i, %rank) {
    work (%p) {
      acquire %q
      load_into %q[0, 0], %A[0:+8, 0:+8] @ld
      publish %q
    }
  }
  role @math threads[1] (%i, %rank) { // ERROR: ends with 1 asynchronous mma that no join covers
    work (%p) {
      %z = fill 0 : tile<8x8xf32>
      %b = mma async %z, %z : tile<8x8xf32>
      %a = await %q : tile<8x8xf32>
      release %q
    }
  }
}
scheduled @unbalanced(%A: in buf<8x8xf32>, %T: in buf<4xi32>, %C: out buf<8x8xf32>) programs 1 workers 0 cluster 1 {
  %q = ring depth 2 : ring<8x8xf32> @ring
  role @load copy[1] (%i, %rank) {
    work (%p) {
      for %k in 0..2 {
        acquire %q
        load_into %q[0, 0], %A[0:+8, 0:+8]
        publish %q
      }
    }
  }
  role @math threads[1] (%i, %rank) {
    work (%p) { // ERROR: ring @ring: up to the end of this program it releases 1 slots, others on this ring 2
      %a = await %q : tile<8x8xf32>
      release %q
    }
  }
}
scheduled @awaits_ahead(%A: in buf<8x8xf32>, %T: in buf<4xi32>, %C: out buf<8x8xf32>) programs 1 workers 0 cluster 1 {
  %q = ring depth 2 : ring<8x8xf32> @ring
  role @load copy[1] (%i, %rank) {
    work (%p) {
      acquire %q
      load_into %q[0, 0], %A[0:+8, 0:+8]
      publish %q
    }
  }
  role @math threads[1] (%i, %rank) {
    work (%p) { // ERROR: ring @ring: up to the end of this program 1 awaits, but 0 releases
      %a = await %q : tile<8x8xf32>
    }
  }
}
scheduled @too_shallow(%A: in buf<8x8xf32>, %T: in buf<4xi32>, %C: out buf<8x8xf32>) programs 1 workers 0 cluster 1 {
  %q = ring depth 1 : ring<8x8xf32> @ring
  role @load copy[1] (%i, %rank) {
    work (%p) {
      for %k in 0..2 {
        acquire %q // ERROR: deadlock of 2 instances: role @load instance 0 rank 0 program 0 waits for slot 0 of ring @ring to be empty (use 1); role @math instance 0 rank 0 program 0 waits for slot 0 of ring @ring to be full (use 1)
        load_into %q[0, 0], %A[0:+8, 0:+8]
        publish %q
      }
    }
  }
  role @math threads[1] (%i, %rank) {
    work (%p) {
      %a = await %q : tile<8x8xf32>
      %b = await %q : tile<8x8xf32>
      release %q
      release %q
    }
  }
}
scheduled @crossed(%A: in buf<8x8xf32>, %T: in buf<4xi32>, %C: out buf<8x8xf32>) programs 1 workers 0 cluster 1 {
  %q = ring depth 1 : ring<8x8xf32> @there
  %r = ring depth 1 : ring<8x8xf32> @back
  role @a threads[1] (%i, %rank) {
    work (%p) {
      %x = await %r : tile<8x8xf32> // ERROR: deadlock of 2 instances
      release %r
      acquire %q
      publish %q
    }
  }
  role @b threads[1] (%i, %rank) {
    work (%p) {
      %x = await %q : tile<8x8xf32>
      release %q
      acquire %r
      publish %r
    }
  }
}
scheduled @turns_twice(%A: in buf<8x8xf32>, %T: in buf<4xi32>, %C: out buf<8x8xf32>) programs 1 workers 0 cluster 1 {
  %t = turns
  %q = ring depth 2 : ring<8x8xf32> @ring
  role @load copy[1] (%i, %rank) {
    work (%p) {
      acquire %q
      load_into %q[0, 0], %A[0:+8, 0:+8] @ld
      publish %q
    }
  }
  role @math threads[1] (%i, %rank) {
    work (%p) {
      take %t
      take %t // ERROR: takes turns that it has already
      give %t
      %a = await %q : tile<8x8xf32>
      release %q
    }
  }
}
scheduled @turns_not_taken(%A: in buf<8x8xf32>, %T: in buf<4xi32>, %C: out buf<8x8xf32>) programs 1 workers 0 cluster 1 {
  %t = turns
  %q = ring depth 2 : ring<8x8xf32> @ring
  role @load copy[1] (%i, %rank) {
    work (%p) {
      acquire %q
      load_into %q[0, 0], %A[0:+8, 0:+8] @ld
      publish %q
    }
  }
  role @math threads[1] (%i, %rank) {
    work (%p) {
      give %t // ERROR: gives turns that it has not taken
      take %t
      %a = await %q : tile<8x8xf32>
      release %q
    }
  }
}
scheduled @turns_kept(%A: in buf<8x8xf32>, %T: in buf<4xi32>, %C: out buf<8x8xf32>) programs 1 workers 0 cluster 1 {
  %t = turns
  %q = ring depth 2 : ring<8x8xf32> @ring
  role @load copy[1] (%i, %rank) {
    work (%p) {
      acquire %q
      load_into %q[0, 0], %A[0:+8, 0:+8] @ld
      publish %q
    }
  }
  role @math threads[1] (%i, %rank) { // ERROR: ends while it has turns that it did not give
    work (%p) {
      take %t
      %a = await %q : tile<8x8xf32>
      release %q
    }
  }
}
scheduled @acc_not_a_product(%A: in buf<8x8xf32>, %T: in buf<4xi32>, %C: out buf<8x8xf32>) programs 1 workers 0 cluster 1 {
  %q = ring depth 1 place acc : ring<8x8xf32> @ring
  role @pe matrix[1] (%i, %rank) {
    work (%p) {
      acquire %q
      %z = fill 0 : tile<8x8xf32>
      store_into %z -> %q[0, 0] // ERROR: ring @ring is accumulator memory: only a product that is accumulated from zero is put there
      publish %q
    }
  }
  role @math threads[1] (%i, %rank) {
    work (%p) {
      %a = await %q : tile<8x8xf32>
      release %q
    }
  }
}
scheduled @acc_acquired_late(%A: in buf<8x8xf32>, %T: in buf<4xi32>, %C: out buf<8x8xf32>) programs 1 workers 0 cluster 1 {
  %q = ring depth 1 place acc : ring<8x8xf32> @ring
  role @pe matrix[1] (%i, %rank) {
    work (%p) {
      %z = fill 0 : tile<8x8xf32>
      %a = fill 1 : tile<8x8xf32>
      %c = mma %a, %a, %z : tile<8x8xf32>
      acquire %q
      %d = mma %a, %a, %c : tile<8x8xf32>
      store_into %d -> %q[0, 0] // ERROR: its slot was acquired after the first mma of this accumulation
      publish %q
    }
  }
  role @math threads[1] (%i, %rank) {
    work (%p) {
      %a = await %q : tile<8x8xf32>
      release %q
    }
  }
}
scheduled @acc_not_from_zero(%A: in buf<8x8xf32>, %T: in buf<4xi32>, %C: out buf<8x8xf32>) programs 1 workers 0 cluster 1 {
  %q = ring depth 1 place acc : ring<8x8xf32> @ring
  role @pe matrix[1] (%i, %rank) {
    work (%p) {
      %a = fill 1 : tile<8x8xf32>
      acquire %q
      %d = mma %a, %a, %a : tile<8x8xf32>
      store_into %d -> %q[0, 0] // ERROR: only a product that is accumulated from zero is put there
      publish %q
    }
  }
  role @math threads[1] (%i, %rank) {
    work (%p) {
      %a = await %q : tile<8x8xf32>
      release %q
    }
  }
}
scheduled @fetched_trip_count(%A: in buf<8x8xf32>, %T: in buf<4xi32>, %C: out buf<8x8xf32>) programs 1 workers 0 cluster 1 {
  %q = ring depth 2 : ring<8x8xf32> @ring
  role @load copy[1] (%i, %rank) {
    work (%p) {
      %n = fetch %T[0] in 0..4
      for %k in 0..%n { // ERROR: rings, turns and asynchronous mma stand under a number that is fetched
        acquire %q
        publish %q
      }
    }
  }
  role @math threads[1] (%i, %rank) {
    work (%p) {
      %a = await %q : tile<8x8xf32>
      release %q
    }
  }
}
scheduled @fetched_offset(%A: in buf<8x8xf32>, %T: in buf<4xi32>, %C: out buf<8x8xf32>) programs 1 workers 0 cluster 1 {
  %q = ring depth 2 : ring<8x8xf32> @ring
  role @load copy[1] (%i, %rank) {
    work (%p) {
      %n = fetch %T[0] in 0..4
      acquire %q
      load_into %q[%n, 0], %A[0:+4, 0:+8] // ERROR: offset 0 is a number that is fetched
      publish %q
    }
  }
  role @math threads[1] (%i, %rank) {
    work (%p) {
      %a = await %q : tile<8x8xf32>
      release %q
    }
  }
}
