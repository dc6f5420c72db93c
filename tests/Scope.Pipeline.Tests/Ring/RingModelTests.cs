// The ring against a model that is too simple to be wrong: a list of all that was taken, and a cursor for each reader.
// FsCheck makes up the steps and shortens those that fail.
using FsCheck;
using FsCheck.Fluent;
using Scope.Events;
using Scope.Pipeline.Ring;

namespace Scope.Pipeline.Tests.Ring;

[TestClass]
public sealed class RingModelTests
{
    [TestMethod]
    [DataRow(RingMode.DropOldest)]
    [DataRow(RingMode.DropNewest)]
    [DataRow(RingMode.Block)]
    public void Any_steps_do_to_the_ring_what_they_do_to_a_list(RingMode mode)
    {
        var steps = Gen.Choose(0, 9_999).ListOf().Resize(200).ToArbitrary();
        var sizes = Gen.Elements(4, 8, 32, 256).ToArbitrary();
        Prop.ForAll(steps, sizes, (s, size) => new Model(new(size, mode)).Run(s)).Check(Config.QuickThrowOnFailure.WithMaxTest(400).WithEndSize(200));
    }

    sealed class Model(EventRing ring)
    {
        sealed class Reader(RingReader real, long cursor)
        {
            public RingReader Real => real;
            public long Cursor = cursor, Missed;
        }

        readonly ScopeEvent[] _into = new ScopeEvent[600];
        readonly List<ScopeEvent> _taken = [];
        readonly List<Reader> _readers = [new(ring.OpenReader(), 0)];
        long _offered, _published, _dropped, _claimed;

        public void Run(IEnumerable<int> steps)
        {
            foreach (var step in steps)
                switch (step % 10)
                {
                    case 0 or 1 or 2 or 3: Append(step / 10 % 90); break;
                    case 4: ring.Advance(new(step)); _published = _taken.Count; break;
                    case 5 or 6 or 7: if (_readers.Count > 0) Read(_readers[step / 10 % _readers.Count], step / 10 % 300); break;
                    case 8 when _readers.Count < Limits.RingReaders && _published == _taken.Count: _readers.Add(new(ring.OpenReader(), _published)); break;
                    case 9 when _readers.Count > 1: _readers[^1].Real.Dispose(); _readers.RemoveAt(_readers.Count - 1); break;
                }
            ring.Publish();
            _published = _taken.Count;
            foreach (var reader in _readers) while (reader.Real.Available > 0) Read(reader, 50);
            foreach (var reader in _readers) (reader.Cursor, reader.Real.TakeLoss().Count).ShouldBe((_taken.Count, reader.Missed));
            ring.TakeLoss().Count.ShouldBe(_dropped);
        }

        void Append(int count)
        {
            for (; count > 0; count--)
            {
                var isFull = ring.Mode != RingMode.DropOldest && _readers.Count > 0 && _taken.Count - _readers.Min(r => r.Cursor) == ring.Capacity;
                if (isFull && ring.Mode == RingMode.Block) return;
                var e = TellingEvents.Number(_offered++);
                ring.Append(in e);
                if (isFull) _dropped++;
                else Take(e);
            }
        }

        void Take(ScopeEvent e)
        {
            if (_taken.Count == _claimed) _claimed += ring.BatchEvents;
            _taken.Add(e);
            if (_taken.Count % ring.BatchEvents == 0) _published = _taken.Count;
        }

        // As much as is wanted, in as many looks as the ring's end asks for.
        int ReadInPlace(RingReader reader, int wanted)
        {
            var count = 0;
            while (reader.Peek() is { IsEmpty: false } standing && count < wanted)
            {
                var some = standing[..Math.Min(standing.Length, wanted - count)];
                some.CopyTo(_into.AsSpan(count));
                reader.Skip(some.Length);
                count += some.Length;
            }
            return count;
        }

        void Read(Reader reader, int wanted)
        {
            var count = wanted % 2 == 0 && ring.Mode != RingMode.DropOldest ? ReadInPlace(reader.Real, wanted) : reader.Real.Read(_into.AsSpan(0, wanted));
            var oldest = ring.Mode == RingMode.DropOldest && (count > 0 || reader.Cursor < _published && wanted > 0) ? Math.Max(reader.Cursor, _claimed - ring.Capacity) : reader.Cursor;
            reader.Missed += oldest - reader.Cursor;
            reader.Cursor = oldest;
            // At least what was surely published; a full ring publishes what it had kept back, so it may be more.
            ((long)count).ShouldBeInRange(Math.Max(0, Math.Min(wanted, _published - reader.Cursor)), Math.Min(wanted, _taken.Count - reader.Cursor));
            for (var i = 0; i < count; i++) if (!TellingEvents.AreSame(in _into[i], _taken[(int)reader.Cursor + i])) _into[i].ShouldBe(_taken[(int)reader.Cursor + i]);
            reader.Cursor += count;
        }
    }
}
