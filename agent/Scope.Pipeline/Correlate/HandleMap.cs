// A map from handles to places, for the correlator's tables: open addressing over two int arrays, so that adding and
// removing allocate nothing once the table has its size.
namespace Scope.Pipeline.Correlate;

/// <summary>Maps positive ints to ints that are not negative.</summary>
sealed class HandleMap(int capacity)
{
    int[] _keys = new int[capacity];
    int[] _values = new int[capacity];

    /// <summary>How many keys it holds.</summary>
    public int Count { get; private set; }

    /// <summary>The value of a key, or -1.</summary>
    public int this[int key]
    {
        get
        {
            if (key <= 0) return -1;
            for (var i = Home(key); ; i = i + 1 & _keys.Length - 1)
            {
                if (_keys[i] == key) return _values[i];
                if (_keys[i] == 0) return -1;
            }
        }
    }

    /// <summary>Sets the value of a key.</summary>
    public void Set(int key, int value)
    {
        if (Count * 2 >= _keys.Length) Grow();
        var i = Home(key);
        while (_keys[i] != 0 && _keys[i] != key) i = i + 1 & _keys.Length - 1;
        if (_keys[i] == 0) Count++;
        (_keys[i], _values[i]) = (key, value);
    }

    /// <summary>Removes a key if it has this value.</summary>
    public void Remove(int key, int value)
    {
        var mask = _keys.Length - 1;
        var i = Home(key);
        while (_keys[i] != key)
        {
            if (_keys[i] == 0) return;
            i = i + 1 & mask;
        }
        if (_values[i] != value) return;
        Count--;
        // Move later keys of the same run up, so that no search ends at the gap.
        for (var next = i + 1 & mask; _keys[next] != 0; next = next + 1 & mask)
        {
            if ((next - Home(_keys[next]) & mask) < (next - i & mask)) continue;
            (_keys[i], _values[i]) = (_keys[next], _values[next]);
            i = next;
        }
        _keys[i] = 0;
    }

    int Home(int key) => (int)((uint)key * 0x9E3779B9u >> 7) & _keys.Length - 1;

    void Grow()
    {
        var (keys, values) = (_keys, _values);
        (_keys, _values) = (new int[keys.Length * 2], new int[keys.Length * 2]);
        Count = 0;
        for (var i = 0; i < keys.Length; i++) if (keys[i] != 0) Set(keys[i], values[i]);
    }
}
