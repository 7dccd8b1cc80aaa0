import warnings

import matplotlib.pyplot as plt

warnings.simplefilter("ignore")

fig, ax = plt.subplots()
ax.bar(range(3), [6, 2, 8])
ax.set_xticklabels(["P", "Q", "R", "S", "T", "U", "V", "W"])
plt.show()
